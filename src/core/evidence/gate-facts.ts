import type { EarlierRun, OutputDigest, Verdict } from '../gate/verdict.ts';
import type { Json } from '../json.ts';
import type { PatchEvent } from '../patch/transition.ts';

type Checked = Extract<PatchEvent, { type: 'checked' }>;

/** What was observed of the gate, without what its checks printed: that is named by digest. */
export function gateOf(checked: Checked | null): Json {
  const verdicts = checked?.verdicts ?? [];
  return {
    // `ghost apply --no-gate` is a person's word; nothing was run, and nothing passed.
    outcome: verdicts.length === 0 ? 'waived' : 'passed',
    sha256: checked?.gate ?? null,
    checks: verdicts.map(checkOf),
    skipped: (checked?.skipped ?? []).map((skipped) => ({ ...skipped })),
    weakened: [...(checked?.weakened ?? [])],
    ...(checked?.skipped ? { skipped: checked.skipped.map((one) => ({ ...one })) } : {}),
    ...(checked?.weakened ? { weakened: [...checked.weakened] } : {}),
  };
}

function checkOf(verdict: Verdict): Json {
  const { check, source = null, kind = 'command', argv, environment, isolation, earlier = [] } = verdict;
  return {
    ...{ name: check, source, kind, argv: [...argv], environment: [...environment], isolation },
    ...runOf(verdict),
    earlier: earlier.map(runOf),
    ...{ served: jsonIn(verdict.served), base: jsonIn(verdict.base) },
    facts: verdict.facts ?? null,
    artifacts: (verdict.artifacts ?? []).map((artifact) => ({ ...artifact })),
    approval: verdict.approval ?? null,
    ...(verdict.served ? { served: { ...verdict.served } } : {}),
  };
}

function runOf({
  verdict,
  startedAt,
  durationMs,
  exitCode,
  signal,
  detail,
  output,
}: Verdict | EarlierRun): Record<string, Json> {
  const startedOn = new Date(startedAt).toISOString();
  return { verdict, startedOn, durationMs, exitCode, signal, detail, output: digestOf(output) };
}

function digestOf({ sha256, bytes, truncated }: OutputDigest): Json {
  return { sha256, bytes, truncated };
}

/** Plain data as it stands in the ledger. */
function jsonIn(data: object | undefined): Json {
  return data === undefined ? null : (JSON.parse(JSON.stringify(data)) as Json);
}
