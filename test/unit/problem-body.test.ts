import { renderProblem } from '../../api/problem-body.js';
import { PROBLEMS, type ProblemCode } from '../../domain/errors.js';
import { Problem } from '../../domain/problem.js';

test('whoever is refused for now, 429 or 503, is always told when to come back', () => {
  const codes = Object.keys(PROBLEMS) as ProblemCode[];
  const forNow = codes.filter((code) => [429, 503].includes(PROBLEMS[code].status));
  expect(forNow.length).toBeGreaterThan(6);
  const silent = forNow.filter(
    (code) => !('Retry-After' in renderProblem(new Problem(code), 'req_1').headers),
  );
  // These end by themselves never; they say smsLeft and attemptsLeft.
  expect(silent).toEqual(['sms_limit', 'attempts_exceeded']);
  const told = renderProblem(new Problem('service_unavailable', { retryAfterSeconds: 30 }), 'req_1');
  expect(told.headers['Retry-After']).toBe('30');
});
