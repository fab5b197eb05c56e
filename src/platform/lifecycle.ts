/** Something that runs. `stop` may be called twice, and after a failed `start`. */
export interface Component {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Makes one component of several: started in order, stopped in reverse. When one fails to start, those before it are
 * stopped again and its error is thrown. Every component is stopped, whatever the others do.
 * @throws AggregateError from `stop`, when more than one component failed to stop
 */
export function group(name: string, components: readonly Component[]): Component {
  let started: Component[] = [];
  return {
    name,
    async start() {
      for (const component of components) {
        try {
          await component.start();
        } catch (error) {
          const stopping = started;
          started = [];
          throw joined(`${component.name} did not start`, [error, ...(await stopAll(stopping))]);
        }
        started.push(component);
      }
    },
    async stop() {
      const stopping = started;
      // Forgotten first: a second stop, even one during the first, finds nothing left to do.
      started = [];
      const errors = await stopAll(stopping);
      if (errors.length > 0) throw joined(`${name} did not stop cleanly`, errors);
    },
  };
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
