import { STORES, type Store } from '../../test/world/production-rung.ts';

/** What the network before a store does; `cut`: in the middle of an answer. */
const WEATHER = ['reset', 'cut', 'silent', 'deaf', 'slow', 'refused'] as const;
const COMPONENTS = ['runner', 'gateway', 'relay', 'health'] as const;

export type StoreFault = {
  readonly kind: 'network';
  readonly store: Store;
  readonly how: (typeof WEATHER)[number];
};
export type Fault =
  | StoreFault
  | { readonly kind: 'server'; readonly store: Store }
  | {
      readonly kind: 'process';
      readonly component: (typeof COMPONENTS)[number];
      readonly how: 'killed' | 'stopped';
    };

/** How often each is chosen beside the others. A broker takes seconds to come back, and the others wait for no broker. */
const SERVER_WEIGHTS: Readonly<Record<Store, number>> = { mongo: 3, redis: 3, kafka: 1 };
const NETWORK_WEIGHTS: Readonly<Record<StoreFault['how'], number>> = {
  ...{ reset: 10, cut: 10, silent: 2, deaf: 4, slow: 2, refused: 4 },
};

/** One of each kind that ends a process or a server: what a rung has to outlive. */
export const ONE_KILL_OF_EACH: readonly Fault[] = [
  ...COMPONENTS.map((component) => ({ kind: 'process', component, how: 'killed' }) as const),
  ...STORES.map((store) => ({ kind: 'server', store }) as const),
];

/** Every fault, as often as its weight says. */
export const LOTS: readonly Fault[] = [
  ...STORES.flatMap((store) => [
    ...WEATHER.flatMap((how) => times(NETWORK_WEIGHTS[how], { kind: 'network', store, how })),
    ...times(SERVER_WEIGHTS[store], { kind: 'server', store }),
  ]),
  ...COMPONENTS.flatMap((component) => times(3, { kind: 'process', component, how: 'killed' })),
  ...(['runner', 'gateway', 'relay'] as const).flatMap((component) =>
    times(2, { kind: 'process', component, how: 'stopped' }),
  ),
];

export function faultText(fault: Fault): string {
  switch (fault.kind) {
    case 'network':
      return `${fault.store} ${fault.how}`;
    case 'server':
      return `${fault.store} killed`;
    case 'process':
      return `${fault.component} ${fault.how}`;
  }
}

function times(count: number, fault: Fault): readonly Fault[] {
  return Array.from({ length: count }, () => fault);
}
