import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromiumCamera } from '../../src/adapters/browser/camera.ts';
import type { Camera } from '../../src/ports/camera.ts';

/** The camera of the product, on the Chromium of this machine. */
export function theCamera(chromium?: string): Camera {
  return chromiumCamera({
    driver: new URL('../../src/main/shoot.ts', import.meta.url),
    thread: new URL('../../src/main/compare-thread.ts', import.meta.url),
    playwright: dirname(fileURLToPath(import.meta.resolve('playwright-core/package.json'))),
    ...(chromium === undefined ? {} : { chromium }),
  });
}

/** Why tests with a browser cannot run here; false where they can. With CI=true nothing is skipped. */
export const BROWSER_MISSING = process.env.CI === 'true' ? false : (theCamera().problem() ?? false);
