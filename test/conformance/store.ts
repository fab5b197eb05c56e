import { after, before } from 'node:test';
import { handClock } from './hand-clock.ts';

/** An empty store behind one port, its clients, and its time. */
export interface Store<Port> {
  open(): Promise<Port>;
  /** Another client of the same store, as another process has one; left out where a store has one process only. */
  readonly openAnother?: () => Promise<Port>;
  readonly time: StoreTime;
  close(): Promise<void>;
}

/** The clock by which a store lets things lapse. */
interface StoreTime {
  /** The suites count in this unit: a store whose time nobody can turn takes a small one. */
  readonly tickMs: number;
  pass(ms: number): Promise<void>;
  /** Left out where nobody can turn the clock of the store. */
  readonly turnBack?: (ms: number) => Promise<void>;
}

export interface StoreSubject<Port> {
  readonly port: Port;
  /** The other client; the same one where there is no other. */
  readonly other: Port;
  readonly hasOther: boolean;
  readonly tickMs: number;
  /** Lets so many ticks pass. */
  pass(ticks: number): Promise<void>;
  /** False where it cannot be done. */
  turnBack(ticks: number): Promise<boolean>;
}

/** One store for the suite it is called in: tests keep apart by the names they use. */
export function storeOf<Port>(open: () => Promise<Store<Port>>): StoreSubject<Port> {
  let store: Store<Port> | undefined;
  let clients: readonly [Port, Port] | undefined;
  before(async () => {
    store = await open();
    const first = await store.open();
    clients = [first, (await store.openAnother?.()) ?? first];
  });
  after(() => store?.close());
  const opened = () => {
    if (!store || !clients) throw new Error('the subject is not open yet');
    return { store, clients };
  };
  return {
    get port() {
      return opened().clients[0];
    },
    get other() {
      return opened().clients[1];
    },
    get hasOther() {
      return opened().store.openAnother !== undefined;
    },
    get tickMs() {
      return opened().store.time.tickMs;
    },
    pass: (ticks) => opened().store.time.pass(ticks * opened().store.time.tickMs),
    async turnBack(ticks) {
      const { time } = opened().store;
      await time.turnBack?.(ticks * time.tickMs);
      return time.turnBack !== undefined;
    },
  };
}

/** A clock turned by hand, and the time of a store that goes by it. */
export function handTime() {
  const clock = handClock();
  const time: StoreTime = {
    tickMs: 1_000,
    pass: async (ms) => clock.turn(ms),
    turnBack: async (ms) => clock.turn(-ms),
  };
  return { clock, time };
}
