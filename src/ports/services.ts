/** Asks services whether they answer. */
export interface Services {
  /** One request by GET, and those to which it is sent on. Never throws for what the other side does. */
  ask(question: ServiceQuestion, signal: AbortSignal): Promise<ServiceAnswer>;
}

export interface ServiceQuestion {
  readonly url: string;
  /** `localhost:3000`: no other host is asked, also where an answer points there. */
  readonly hosts: readonly string[];
  /** Those of them whose names may lead to an address that is not public. */
  readonly privateHosts: readonly string[];
  readonly timeoutMs: number;
  /** Of the answer; what is longer is not read. */
  readonly bodyCap: number;
}

export type ServiceAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly body: Uint8Array;
      readonly address: string;
    }
  /** Nobody answered, or in what is no HTTP; in words. */
  | { readonly kind: 'silent'; readonly why: string }
  /** It was not asked, because it may not be; in words. */
  | { readonly kind: 'forbidden'; readonly why: string };
