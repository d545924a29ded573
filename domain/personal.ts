/** The personal fields of a contract: sealed apart from everything else, never in workflows, events or logs. */
export interface ContractPersonal {
  label: string;
  message: string | null;
  documents: { id: string; name: string }[];
  signatories: PersonalSignatory[];
}

export interface PersonalSignatory {
  id: string;
  firstName: string;
  lastName: string;
  email: string;
  /** E.164; null only for drafts. */
  mobile: string | null;
}
