/** Something that runs. `stop` may be called twice, and after a failed `start`. */
export interface Component {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface GroupOptions {
  /** Each after the one before, or all side by side, for components that need nothing of each other to start. */
  readonly starting: 'in order' | 'at once';
}

/**
 * Makes one component of several: started in order or at once, stopped in reverse order. When one fails to start, those
 * that did start are stopped again and its error is thrown. Every component is stopped, whatever the others do.
 * @throws AggregateError from `stop`, when more than one component failed to stop
 */
export function group(
  name: string,
  components: readonly Component[],
  { starting }: GroupOptions = { starting: 'in order' },
): Component {
  const started = new Set<Component>();
  const startOne = async (component: Component): Promise<StartFailure | null> => {
    try {
      await component.start();
      started.add(component);
      return null;
    } catch (error) {
      return { component, error };
    }
  };
  const takeStarted = () => {
    const taken = components.filter((component) => started.has(component));
    // Forgotten first: a second stop, even one during the first, finds nothing left to do.
    started.clear();
    return taken;
  };
  return {
    name,
    async start() {
      const failed = await firstFailure(components, starting, startOne);
      if (!failed) return;
      const errors = await stopAll(takeStarted());
      throw joined(`${failed.component.name} did not start`, [failed.error, ...errors]);
    },
    async stop() {
      const errors = await stopAll(takeStarted());
      if (errors.length > 0) throw joined(`${name} did not stop cleanly`, errors);
    },
  };
}

interface StartFailure {
  readonly component: Component;
  readonly error: unknown;
}

async function firstFailure(
  components: readonly Component[],
  starting: GroupOptions['starting'],
  start: (component: Component) => Promise<StartFailure | null>,
): Promise<StartFailure | null> {
  if (starting === 'at once')
    return (await Promise.all(components.map(start))).find((failure) => failure !== null) ?? null;
  for (const component of components) {
    const failure = await start(component);
    if (failure) return failure;
  }
  return null;
}

async function stopAll(components: readonly Component[]): Promise<unknown[]> {
  const errors: unknown[] = [];
  for (const component of components.toReversed()) {
    await component.stop().catch((error: unknown) => errors.push(error));
  }
  return errors;
}

/** A single error is thrown as it is, so that its code and type survive. */
function joined(message: string, errors: readonly unknown[]): unknown {
  return errors.length === 1 ? errors[0] : new AggregateError(errors, message);
}
