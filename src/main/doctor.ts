import { type Diagnosis, type DoctorReport, diagnose, type Examination, refusal } from '../app/diagnose.ts';
import { systemClock } from '../platform/clock.ts';
import { type Config, readConfig } from './config.ts';
import { examineHome } from './doctor/home.ts';
import { examineGit, examineNode, examineSandbox } from './doctor/machine.ts';
import { examinePort } from './doctor/ports.ts';
import { examineStores } from './doctor/stores.ts';
import { SETTINGS } from './settings.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Asks everything that Ghost rests on with this configuration. Nothing is started, and nothing is made that stays. */
export async function examineAll(variables: Variables, packageRoot: string): Promise<DoctorReport> {
  const needs = { clock: systemClock };
  const settings = SETTINGS.flatMap((setting) => shown(setting, variables));
  try {
    const config = readConfig(variables, packageRoot);
    const read = {
      what: 'configuration',
      examine: async () => (settings.length > 0 ? settings : [STANDARD]),
    };
    return await diagnose(needs, [read, ...examinationsOf(config)]);
  } catch (error) {
    // Of a configuration that cannot be read, nothing can be asked.
    const wrong = async () => [...settings, refusal('configuration', error)];
    return diagnose(needs, [{ what: 'configuration', examine: wrong }]);
  }
}

const STANDARD: Diagnosis = { what: 'configuration', state: 'ok', saw: 'nothing is set', fix: null };

/** A URL in the place of something else may hold a password too. */
const LOGIN = /:\/\/.*@/s;

function shown({ name, secret }: (typeof SETTINGS)[number], variables: Variables): readonly Diagnosis[] {
  const value = variables[name]?.trim() ?? '';
  if (value === '') return [];
  const saw = secret === undefined && !LOGIN.test(value) ? value : '***';
  return [{ what: name, state: 'ok', saw, fix: null }];
}

function examinationsOf(config: Config): readonly Examination[] {
  const { home, gateway, runner } = config;
  const port = (service: string, setting: string, endpoint: Config['gateway']): Examination => ({
    what: `port of the ${service}`,
    examine: () => examinePort({ service, setting, endpoint, runningFile: home.runningFile }),
  });
  return [
    { what: 'home', examine: () => examineHome(home) },
    { what: 'node', examine: examineNode },
    { what: 'git', examine: examineGit },
    { what: 'sandbox', examine: () => examineSandbox(home, config.isolationAtMost) },
    ...examineStores(config),
    port('gateway', 'GHOST_GATEWAY_PORT', gateway),
    port('runner', 'GHOST_RUNNER_PORT', runner),
  ];
}
