/** The class path of a server of the tests, or undefined when it was not fetched. */
export function classPathOf(name: 'kafka' | 'mongo'): string | undefined;
