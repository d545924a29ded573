import { html, type Html } from '../html.js';
import type { Contract, Signatory } from '../model.js';
import { dateText, moneyText, shortDate } from './format.js';
import { form } from './page.js';
import type { Visit } from './visit.js';

export interface ContractView {
  readonly visit: Visit;
  readonly contract: Contract;
}

/** One contract as its depositor sees it, with what can still be done about it. */
export function contractPage(view: ContractView): Html {
  const { visit, contract } = view;
  const { depositor, sign, status } = visit.texts;
  return html`<p><a href="/depositor">← ${depositor.back}</a></p>
    <h1>${contract.label}</h1>
    <p class="lead">
      <span class="status ${contract.status}">${status[contract.status]}</span>
      ${sign.until(dateText(contract.deadline, visit.language))} <span class="small">${contract.id}</span>
    </p>
    ${contract.status === 'draft' ? draftCard(view) : null} ${documentsCard(view)} ${peopleCard(view)}
    ${contract.status === 'submitted' ? cancelCard(view) : null} ${logCard(view)}`;
}

function draftCard({ visit, contract }: ContractView): Html {
  const { depositor } = visit.texts;
  const at = `/depositor/contracts/${contract.id}`;
  return html`<section class="card now">
    <h2>${depositor.draft}</h2>
    <p>${depositor.draftLead}</p>
    ${form(`${at}/publish`, visit.token, html`<button>${depositor.publish}</button>`)}
    <hr />
    ${form(`${at}/delete`, visit.token, confirmed(depositor.removeConfirm, depositor.remove))}
  </section>`;
}

function cancelCard({ visit, contract }: ContractView): Html {
  const { depositor } = visit.texts;
  const fields = confirmed(depositor.cancelConfirm, depositor.cancel);
  return html`<section class="card">
    <h2>${depositor.cancel}</h2>
    <p>${depositor.cancelLead}</p>
    ${form(`/depositor/contracts/${contract.id}/cancel`, visit.token, fields)}
  </section>`;
}

/** A button that needs a tick first: for what can't be undone. */
function confirmed(question: string, button: string): Html {
  return html`<label class="check"
      ><input type="checkbox" name="confirm" value="yes" required /><span>${question}</span></label
    >
    <button class="danger">${button}</button>`;
}

function documentsCard({ visit, contract }: ContractView): Html {
  const { depositor, sign } = visit.texts;
  const base = `/depositor/contracts/${contract.id}/documents`;
  const link = (path: string, text: string): Html =>
    html`<a href="${path}" target="_blank" rel="noopener">${text}</a>`;
  const main = contract.mainDocument.map(
    (one, index) =>
      html`<li>
        ${link(`${base}/main/${index}`, one.name)}
        ${one.sealed === null ? null : link(`${base}/signed/${index}`, visit.texts.status.signed)}
      </li>`,
  );
  const annexes = contract.annexes.map(
    (one, index) =>
      html`<li>${link(`${base}/annex/${index}`, one.name)} <span class="small">${sign.annex}</span></li>`,
  );
  return html`<section class="card">
    <h2>${depositor.documents}</h2>
    <ul class="files">
      ${main}${annexes}
    </ul>
  </section>`;
}

function peopleCard(view: ContractView): Html {
  const rows = view.contract.signatories.map((one) => personRow(view, one));
  return html`<section class="card">
    <h2>${view.visit.texts.depositor.signatories}</h2>
    <table class="people">
      <tbody>
        ${rows}
      </tbody>
    </table>
  </section>`;
}

function personRow(view: ContractView, one: Signatory): Html {
  const { visit, contract } = view;
  const { depositor, status, sign } = visit.texts;
  const paid = one.deposit?.paidAt ? sign.paidOn(dateText(one.deposit.paidAt, visit.language)) : '';
  const deposit =
    one.deposit === null ? '' : `${depositor.deposit} ${moneyText(one.deposit, visit.language)}. ${paid}`;
  return html`<tr>
    <td>${one.firstName} ${one.lastName}<br /><span class="small">${one.email}</span></td>
    <td>
      <span class="status ${one.status}">${status[one.status]}</span><br /><span class="small"
        >${deposit}</span
      >
    </td>
    <td>${contract.status === 'draft' ? mobileForm(view, one) : one.mobile}</td>
  </tr>`;
}

function mobileForm({ visit, contract }: ContractView, one: Signatory): Html {
  const { depositor } = visit.texts;
  const id = `mobile-${one.id}`;
  const label = `${depositor.mobile}${one.mobile === null ? ` (${depositor.missing})` : ''}`;
  const fields = html`<label for="${id}">${label}</label>
    <input
      id="${id}"
      name="mobile"
      type="tel"
      value="${one.mobile ?? ''}"
      placeholder="+33600000001"
      required
    />
    <button class="quiet">${depositor.save}</button>`;
  return form(`/depositor/contracts/${contract.id}/signatories/${one.id}/mobile`, visit.token, fields);
}

function logCard({ visit, contract }: ContractView): Html {
  const { depositor, events } = visit.texts;
  const rows = contract.log.map(
    (one) =>
      html`<tr>
        <td class="when">${shortDate(one.at, visit.language)}</td>
        <td>${events[one.event]}</td>
        <td class="small">${one.detail}</td>
      </tr>`,
  );
  return html`<section class="card">
    <h2>${depositor.log}</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">${depositor.when}</th>
            <th scope="col">${depositor.event}</th>
            <th scope="col">${depositor.detail}</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`;
}
