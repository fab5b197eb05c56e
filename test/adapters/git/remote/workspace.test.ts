import { workspaceSuite } from '../../../conformance/workspace.ts';
import { asCommit } from '../world.ts';
import { aRemote, openedRemote, pushByOther } from './world.ts';

workspaceSuite('a remote that others push to', async (t) => {
  const place = aRemote(t);
  return {
    workTree: null,
    open: (as) => openedRemote(t, place, { installation: as }),
    moveByHand: async () => asCommit(pushByOther(place)),
  };
});
