import { html, type Html } from '../html.js';
import type { Account, Contract, ContractStatus } from '../model.js';
import { shortDate } from './format.js';
import { form } from './page.js';
import type { Visit } from './visit.js';

const STATUSES: readonly ContractStatus[] = ['draft', 'submitted', 'signed', 'cancelled', 'expired'];

export function loginPage(visit: Visit): Html {
  const { depositor } = visit.texts;
  const fields = html`<label for="user">apiUser</label>
    <input id="user" name="user" type="text" autocomplete="username" required />
    <label for="key">apiKey</label>
    <input id="key" name="key" type="password" autocomplete="current-password" required />
    <div><button>${depositor.loginButton}</button></div>`;
  return html`<h1>${depositor.login}</h1>
    <p class="lead">${depositor.loginLead}</p>
    <section class="card">${form('/depositor/login', visit.token, fields)}</section>`;
}

export function menu(visit: Visit): Html {
  const button = html`<button class="link">${visit.texts.depositor.logout}</button>`;
  return form('/depositor/logout', visit.token, button);
}

export interface ListView {
  readonly visit: Visit;
  readonly account: Account;
  /** One page of contracts, newest first. */
  readonly contracts: readonly Contract[];
  readonly status: ContractStatus | null;
  readonly page: number;
  readonly isLast: boolean;
}

export function listPage(view: ListView): Html {
  const { visit, account } = view;
  const { depositor } = visit.texts;
  return html`<h1>${depositor.contracts}</h1>
    <p class="lead">${account.user}</p>
    ${filters(view)}
    <section class="card">
      ${view.contracts.length === 0 ? html`<p>${depositor.none}</p>` : table(view)} ${pager(view)}
    </section>
    ${accountCard(view)}`;
}

function filters({ visit, status }: ListView): Html {
  const one = (value: ContractStatus | null, text: string): Html => {
    const current = value === status ? html` aria-current="page"` : null;
    return html`<li>
      <a href="/depositor${value === null ? '' : `?status=${value}`}" ${current}>${text}</a>
    </li>`;
  };
  const each = STATUSES.map((value) => one(value, visit.texts.status[value]));
  return html`<ul class="filters">
    ${one(null, visit.texts.depositor.all)}${each}
  </ul>`;
}

function table({ visit, contracts }: ListView): Html {
  const { depositor, status } = visit.texts;
  const rows = contracts.map(
    (one) =>
      html`<tr>
        <td><a href="/depositor/contracts/${one.id}">${one.label}</a></td>
        <td><span class="status ${one.status}">${status[one.status]}</span></td>
        <td class="when">${shortDate(one.createdAt, visit.language)}</td>
        <td class="when">${shortDate(one.deadline, visit.language)}</td>
      </tr>`,
  );
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">${depositor.label}</th>
          <th scope="col">${depositor.state}</th>
          <th scope="col">${depositor.created}</th>
          <th scope="col">${depositor.deadline}</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function pager({ visit, status, page, isLast }: ListView): Html {
  const { depositor } = visit.texts;
  const to = (target: number): string =>
    `/depositor?page=${target}${status === null ? '' : `&status=${status}`}`;
  return html`<p>
    ${page > 1 ? html`<a href="${to(page - 1)}">${depositor.previous}</a> ` : null}
    ${isLast ? null : html`<a href="${to(page + 1)}">${depositor.next}</a>`}
  </p>`;
}

function accountCard({ visit, account }: ListView): Html {
  const { depositor } = visit.texts;
  const fields = html`<label for="iban">${depositor.paidOut}</label>
    <input id="iban" name="iban" type="text" value="${account.iban ?? ''}" required />
    <div><button class="quiet">${depositor.save}</button></div>`;
  return html`<section class="card">
    <h2>${depositor.account}</h2>
    <p>${depositor.ibanLead}</p>
    ${form('/depositor/account', visit.token, fields)}
  </section>`;
}
