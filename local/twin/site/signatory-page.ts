import { html, type Html } from '../html.js';
import type { Account, Contract, Signatory } from '../model.js';
import { dateText, hiddenMobile, moneyText } from './format.js';
import { form } from './page.js';
import type { Visit } from './visit.js';

export interface SigningView {
  readonly visit: Visit;
  readonly account: Account;
  readonly contract: Contract;
  readonly signatory: Signatory;
}

/** What a signatory sees behind the link of the mail: the documents, then one step after the other. */
export function signatoryPage(view: SigningView): Html {
  const { contract, signatory, visit } = view;
  const { sign } = visit.texts;
  const isOpen = contract.status === 'submitted' && signatory.status === 'pending';
  const name = `${signatory.firstName} ${signatory.lastName}`;
  const lead = isOpen
    ? `${sign.greeting(name)} ${sign.until(dateText(contract.deadline, visit.language))}`
    : name;
  return html`<h1>${contract.label}</h1>
    <p class="lead">${lead}</p>
    ${standing(view)} ${readingStep(view)} ${isOpen ? openSteps(view) : null} ${peopleCard(view)}`;
}

/** Says why there is nothing to sign, or that it is done. */
function standing({ contract, signatory, visit }: SigningView): Html | null {
  const { sign } = visit.texts;
  if (signatory.signedAt !== null) {
    const when = sign.signedOn(dateText(signatory.signedAt, visit.language));
    return html`<p class="message good">${when}</p>`;
  }
  if (contract.status !== 'submitted' && contract.status !== 'signed') {
    return html`<p class="message bad">${sign.ended[contract.status]}</p>`;
  }
  return signatory.status === 'blocked' ? html`<p class="message bad">${sign.blocked}</p>` : null;
}

function readingStep({ contract, signatory, visit }: SigningView): Html {
  const { sign } = visit.texts;
  const base = `/sign/${signatory.link}/documents`;
  const isSealed = contract.mainDocument.every((one) => one.sealed !== null);
  const isSigned = contract.status === 'signed';
  const kind = isSigned && isSealed ? 'signed' : 'main';
  const line = (name: string, path: string, note: string): Html =>
    html`<li>
      <a href="${path}" target="_blank" rel="noopener">${name}</a> <span class="small">${note}</span>
    </li>`;
  const main = contract.mainDocument.map((one, index) =>
    line(one.name, `${base}/${kind}/${index}`, sign.open),
  );
  const annexes = contract.annexes.map((one, index) =>
    line(one.name, `${base}/annex/${index}`, `${sign.annex}, ${sign.open}`),
  );
  return html`<section class="card">
    <h2><span class="num" aria-hidden="true">1</span>${isSigned ? sign.signedFiles : sign.read}</h2>
    ${isSigned && !isSealed ? html`<p class="message hint">${sign.sealing}</p>` : null}
    <ul class="files">
      ${main}${annexes}
    </ul>
    <iframe src="${base}/${kind}/0#navpanes=0" title="${sign.preview}"></iframe>
  </section>`;
}

function openSteps(view: SigningView): Html {
  const { deposit } = view.signatory;
  const isDue = deposit !== null && deposit.paidAt === null;
  const payment = deposit === null ? null : payStep(view, 2);
  if (isDue) return html`${payment}`;
  const first = deposit === null ? 2 : 3;
  return html`${payment}${codeStep(view, first)}${signStep(view, first + 1)}`;
}

function payStep({ signatory, visit }: SigningView, number: number): Html | null {
  const { deposit } = signatory;
  if (deposit === null) return null;
  const { sign } = visit.texts;
  const amount = moneyText(deposit, visit.language);
  const title = html`<h2><span class="num" aria-hidden="true">${number}</span>${sign.pay}</h2>`;
  if (deposit.paidAt !== null) {
    const paid = sign.paidOn(dateText(deposit.paidAt, visit.language));
    return html`<section class="card done">
      ${title}
      <p>${amount}. ${paid}</p>
    </section>`;
  }
  const field = (name: string, label: string): Html =>
    html`<div>
      <label for="${name}">${label}</label
      ><input id="${name}" name="${name}" type="text" inputmode="numeric" required />
    </div>`;
  const fields = html`<div class="row">
      ${field('number', sign.number)}${field('expiry', sign.expiry)}${field('cryptogram', sign.cryptogram)}
    </div>
    <button>${sign.payButton(amount)}</button>`;
  return html`<section class="card now">
    ${title}
    <p>${sign.payLead(amount)}</p>
    <p class="message hint">${sign.payHint}</p>
    ${form(`/sign/${signatory.link}/pay`, visit.token, fields)}
  </section>`;
}

function codeStep({ account, signatory, visit }: SigningView, number: number): Html {
  const { sign } = visit.texts;
  const count = signatory.sms.length;
  const button = html`<button class="${count === 0 ? '' : 'quiet'}">
    ${count === 0 ? sign.askCode : sign.askAgain}
  </button>`;
  return html`<section class="card ${count === 0 ? 'now' : 'done'}">
    <h2><span class="num" aria-hidden="true">${number}</span>${sign.code}</h2>
    <p>${sign.codeLead(hiddenMobile(signatory.mobile))} ${count === 0 ? '' : sign.codeSent(count)}</p>
    <p class="message hint">${account.rules === 'sandbox' ? sign.sandboxHint : sign.productionHint}</p>
    ${form(`/sign/${signatory.link}/code`, visit.token, button)}
  </section>`;
}

function signStep({ signatory, visit }: SigningView, number: number): Html {
  const { sign } = visit.texts;
  const fields = html`<label for="code">${sign.codeField}</label>
    <input
      id="code"
      name="code"
      type="text"
      inputmode="numeric"
      autocomplete="one-time-code"
      maxlength="10"
      required
    />
    <label class="check"
      ><input type="checkbox" name="consent" value="yes" required /><span>${sign.consent}</span></label
    >
    <button>${sign.signButton}</button>`;
  return html`<section class="card ${signatory.sms.length === 0 ? '' : 'now'}">
    <h2><span class="num" aria-hidden="true">${number}</span>${sign.sign}</h2>
    ${form(`/sign/${signatory.link}/sign`, visit.token, fields)}
  </section>`;
}

function peopleCard({ contract, visit }: SigningView): Html {
  const rows = contract.signatories.map(
    (one) =>
      html`<li>
        ${one.firstName} ${one.lastName}
        <span class="status ${one.status}">${visit.texts.status[one.status]}</span>
      </li>`,
  );
  return html`<section class="card">
    <h2>${visit.texts.sign.others}</h2>
    <ul class="files">
      ${rows}
    </ul>
  </section>`;
}
