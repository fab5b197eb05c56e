import { sha256 } from '../digest.ts';
import { canonicalJson, type Json } from '../json.ts';
import { SYSTEM_CHAIN } from './entry.ts';
import type { LedgerEvent } from './event.ts';

/** A ledger event for the world outside: CloudEvents 1.0.2 in JSON, with the extensions `partitionkey` and `sequence`. */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** The same whenever the same event is told: what its readers tell repetitions by. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: { readonly actor: string; readonly workspace: string | null; readonly data: Json };
  /** Events of one key come in their order. */
  readonly partitionkey: string;
  /** The position, in digits that sort as text. */
  readonly sequence: string;
}

/** An event whose data is too large for the way it goes: where it can be read stands in its place (extension `dataref`). */
export interface ClaimCheck extends Omit<CloudEvent, 'data' | 'datacontenttype'> {
  readonly dataref: string;
}

const SEQUENCE_DIGITS = 16;
const ID_DIGITS = 16;

/**
 * The id holds a digest beside the position: a ledger restored from a backup gives its positions again, to other events,
 * and none of those may pass for a repetition.
 * @param source names the installation, as a URI reference: `/ghost/<installation>`
 */
export function cloudEventOf(event: LedgerEvent, source: string): CloudEvent {
  const { position, type, at, workspace, subject, actor, data } = event;
  return {
    specversion: '1.0',
    id: `${position}-${sha256(canonicalJson({ ...event })).slice(0, ID_DIGITS)}`,
    source,
    type: `dev.ghost.${type}.v1`,
    subject,
    time: new Date(at).toISOString(),
    datacontenttype: 'application/json',
    data: { actor, workspace, data },
    partitionkey: partitionOf(event),
    sequence: `${position}`.padStart(SEQUENCE_DIGITS, '0'),
  };
}

/** The same event without its data. What `dataref` names is a path of the gateway, whose stream begins with the event. */
export function claimCheckOf(event: CloudEvent, { position }: LedgerEvent): ClaimCheck {
  const { data: _, datacontenttype: __, ...rest } = event;
  return { ...rest, dataref: `/api/v1/events?after=${position - 1}` };
}

/** The workspace, or the system's chain for what belongs to none. */
function partitionOf({ workspace }: LedgerEvent): string {
  return workspace ?? SYSTEM_CHAIN;
}
