import { commitIn, writeCommit } from '../../../src/adapters/memory/objects.ts';
import { memoryRepositories, memoryRepository } from '../../../src/adapters/memory/repository.ts';
import { workspaceSuite } from '../../conformance/workspace.ts';
import { FILES } from '../../conformance/workspace-subject.ts';

const WORKSPACE = {
  ...{ name: 'demo', gitDir: '/memory', workTree: null, branch: 'main', addedAt: 0, addedBy: 'test' },
  ...{ paused: null, remote: null, baseline: null },
};

workspaceSuite('memory', async () => {
  const files = Object.entries(FILES).map(([path, text]) => ({ path, text }));
  const repository = memoryRepository('main', files, 1_700_000_000);
  const repositories = new Map([[WORKSPACE.gitDir, repository]]);
  let moves = 0;
  return {
    workTree: null,
    open: (installation) => memoryRepositories({ installation, repositories }).open(WORKSPACE),
    async moveByHand() {
      moves += 1;
      const { objects, state } = repository;
      const { tree } = commitIn(objects, state.tip);
      const draft = { tree, parent: state.tip, message: `By hand, ${moves}\n`, date: 1_700_000_200 };
      state.tip = writeCommit(objects, draft);
      return state.tip;
    },
  };
});
