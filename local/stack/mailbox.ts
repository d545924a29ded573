import { preferPort } from '../ports.js';
import type { Supervisor } from '../supervisor.js';
import type { Home } from './home.js';
import { nodeService } from './node-service.js';

/** Starts the mailbox: every mail of the stack ends there, none leaves the machine. */
export async function startMailbox(
  home: Home,
  supervisor: Supervisor,
): Promise<{ smtpUrl: string; url: string }> {
  const smtpPort = await preferPort(1025);
  const httpPort = await preferPort(8025);
  const env = {
    MAILBOX_SMTP_PORT: String(smtpPort),
    MAILBOX_HTTP_PORT: String(httpPort),
    MAILBOX_HOME: home.at('mailbox'),
  };
  await supervisor.start(nodeService('mailbox', 'local/mailbox/main.js', env));
  return { smtpUrl: `smtp://127.0.0.1:${smtpPort}`, url: `http://127.0.0.1:${httpPort}` };
}
