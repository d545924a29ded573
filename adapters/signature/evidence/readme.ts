/** What stands in the evidence beside the files, for whoever opens it years later. */
export const README = `Dossier de preuve / evidence file of one contract (paraphe).

signed/         the signed documents, as the platform gave them
deposited/      the documents as they were deposited, annexes included
verification/   for each signed document: what was asked and what was found (ETSI EN 319 102-1)
trust/          the trust anchors that were used; compare them with those you trust yourself
platform-log.json   the platform's own log of the contract
events.jsonl    our events, one a line, up to the proof of the documents
journal.json    our journal of accesses to the contract, chained by SHA-256 over RFC 8785 JSON
summary.pdf     a readable summary, in French and English
manifest.json   SHA-256 of every file above, verdicts and times (RFC 8785 JSON)
manifest.sig    Ed25519 over manifest.json, base64
manifest.tsr    RFC 3161 token over manifest.json, DER (where an authority is configured)
evidence-key.pem   the public key of the signature; compare it with the one that the service publishes

Verify, offline:  npm run verify-evidence -- file.zip
With other tools: sha256sum; openssl pkeyutl -verify -pubin -inkey evidence-key.pem -rawin -in manifest.json
-sigfile (manifest.sig, decoded); openssl ts -verify -token_in -in manifest.tsr -data manifest.json -CAfile …
`;
