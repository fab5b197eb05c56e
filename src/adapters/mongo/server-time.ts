import type { Clock } from '../../platform/clock.ts';

/** One question for the server's time: when it left and when its answer was there, on the monotonic clock here. */
interface TimeSample {
  readonly askedAt: number;
  readonly answeredAt: number;
  /** Milliseconds since 1970, as the server said. */
  readonly serverTime: number;
}

interface Measurement {
  /** What to add to a reading of the monotonic clock here, for the server's time. */
  readonly offsetMs: number;
  /** The server said its time at some moment of the round trip: it is off by this much at most. */
  readonly uncertaintyMs: number;
  readonly measuredAt: number;
}

/** The quickest round trip tells most. */
export function measurementOf(samples: readonly [TimeSample, ...TimeSample[]]): Measurement {
  const best = samples.reduce((a, b) => (tripOf(b) < tripOf(a) ? b : a));
  const middle = (best.askedAt + best.answeredAt) / 2;
  return {
    offsetMs: best.serverTime - middle,
    uncertaintyMs: tripOf(best) / 2,
    measuredAt: best.answeredAt,
  };
}

function tripOf({ askedAt, answeredAt }: TimeSample): number {
  return answeredAt - askedAt;
}

const SAMPLES = 3;
/** Two clocks drift apart by some 100 µs a second at worst; and another server may be the primary by then. */
const MEASURED_FOR_MS = 30_000;

/** The time of the server, which is the same for all who take leases from it. */
export interface ServerTime {
  now(): Promise<number>;
  /** How far the clock of this machine is behind it, and by how much that may be wrong. */
  behind(): Promise<{ readonly offsetMs: number; readonly uncertaintyMs: number }>;
}

/** @param ask the server's time now @throws what `ask` throws, where nothing was measured lately */
export function serverTime(clock: Clock, ask: () => Promise<number>): ServerTime {
  let measured: Measurement | null = null;
  let measuring: Promise<Measurement> | null = null;

  async function measure(): Promise<Measurement> {
    const first = await sample();
    const samples: [TimeSample, ...TimeSample[]] = [first];
    while (samples.length < SAMPLES) samples.push(await sample());
    measured = measurementOf(samples);
    return measured;
  }

  async function sample(): Promise<TimeSample> {
    const askedAt = clock.monotonic();
    const serverTime = await ask();
    return { askedAt, answeredAt: clock.monotonic(), serverTime };
  }

  async function current(): Promise<Measurement> {
    if (measured !== null && clock.monotonic() - measured.measuredAt < MEASURED_FOR_MS) return measured;
    measuring ??= measure().finally(() => {
      measuring = null;
    });
    return measuring;
  }

  return {
    now: async () => Math.round(clock.monotonic() + (await current()).offsetMs),
    async behind() {
      const { offsetMs, uncertaintyMs } = await current();
      return { offsetMs: Math.round(clock.monotonic() + offsetMs - clock.now()), uncertaintyMs };
    },
  };
}
