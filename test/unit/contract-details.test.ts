import { describe as details } from '../../workflows/contract/describe.js';
import { after, created, IN } from '../support/lifecycle-table.js';

test('Temporal’s details of an open contract: who has signed, what is left, the deadline, who tells the next poll', () => {
  const state = after(created(true), { type: 'code_sent', signatoryId: 'sig_1', smsSent: 2 });
  const text = details(state, 'default');
  expect(text).toContain(`**open** · deadline ${state.deadline}`);
  expect(text).toContain('`sig_1` pending · 4 SMS left · 5 attempts left');
  const watch = `watch-${state.connectionId}`;
  expect(text).toContain(`next poll: see [the watch](/namespaces/default/workflows/${watch}), \`${watch}\``);
});

test.each(['accepted', 'completed'] as const)('nobody polls for one that is %s', (status) => {
  expect(details(after(...IN[status]), 'default')).not.toContain('next poll');
});
