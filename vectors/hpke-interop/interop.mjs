// Opens what Strongroom sealed, and seals for Strongroom, with @hpke/core and @hpke/hybridkem-x-wing.
//
//   interop.mjs MODULES DIRECTORY
//
// MODULES is the directory whose node_modules holds the packages. Reads DIRECTORY/from_strongroom.json and writes
// DIRECTORY/from_npm.json (both described in src/crypto/hpke_interop.cpp). Ends with 1 on any difference.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, directory] = process.argv.slice(2);
const load = createRequire(join(modules, "package.json"));
const { Aes256Gcm, CipherSuite, HkdfSha256 } = load("@hpke/core");
const { XWing } = load("@hpke/hybridkem-x-wing");

const hex = (bytes) => Buffer.from(bytes).toString("hex");
const unhex = (text) => Uint8Array.from(Buffer.from(text, "hex"));

const suite = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/** Seals again with the same randomness: every byte must be the same. */
async function sealAgain(vector) {
  const sender = await suite.createSenderContext({
    recipientPublicKey: await suite.kem.deserializePublicKey(unhex(vector.public_key)),
    info: unhex(vector.info),
    ekm: unhex(vector.randomness),
  });
  assert.equal(hex(sender.enc), vector.enc, "enc");
  for (const message of vector.messages) {
    assert.equal(hex(await sender.seal(unhex(message.plaintext), unhex(message.aad))), message.ciphertext, "ciphertext");
  }
}

async function openOurs(vector) {
  const recipient = await suite.createRecipientContext({
    recipientKey: await suite.kem.deserializePrivateKey(unhex(vector.seed)),
    enc: unhex(vector.enc),
    info: unhex(vector.info),
  });
  for (const message of vector.messages) {
    const plaintext = await recipient.open(unhex(message.ciphertext), unhex(message.aad));
    assert.equal(hex(plaintext), message.plaintext, "plaintext");
  }
  for (const item of vector.exports) {
    assert.equal(hex(await recipient.export(unhex(item.context), item.length)), item.value, "export");
  }
}

/** A changed encapsulation or ciphertext must be refused by them as it is by us. */
async function refuseChanged(vector) {
  for (const field of ["enc", "ciphertext"]) {
    const enc = unhex(vector.enc);
    const ciphertext = unhex(vector.messages[0].ciphertext);
    (field === "enc" ? enc : ciphertext)[0] ^= 1;
    const recipient = await suite.createRecipientContext({
      recipientKey: await suite.kem.deserializePrivateKey(unhex(vector.seed)),
      enc,
      info: unhex(vector.info),
    });
    await assert.rejects(recipient.open(ciphertext, unhex(vector.messages[0].aad)), `changed ${field}`);
  }
}

async function sealTheirs(vector) {
  const sender = await suite.createSenderContext({
    recipientPublicKey: await suite.kem.deserializePublicKey(unhex(vector.public_key)),
    info: unhex(vector.info),
  });
  const messages = [];
  for (let i = 0; i < 4; ++i) {
    const plaintext = randomBytes(i * 37);
    const aad = randomBytes(i * 5);
    const ciphertext = hex(await sender.seal(new Uint8Array(plaintext), new Uint8Array(aad)));
    messages.push({ aad: hex(aad), plaintext: hex(plaintext), ciphertext });
  }
  const context = randomBytes(9);
  const value = hex(await sender.export(new Uint8Array(context), 32));
  return {
    seed: vector.seed,
    public_key: vector.public_key,
    info: vector.info,
    enc: hex(sender.enc),
    messages,
    exports: [{ context: hex(context), length: 32, value }],
  };
}

const ours = JSON.parse(readFileSync(join(directory, "from_strongroom.json"), "utf8"));
assert.ok(ours.length > 0, "no vectors");
const theirs = [];
for (const vector of ours) {
  await sealAgain(vector);
  await openOurs(vector);
  await refuseChanged(vector);
  theirs.push(await sealTheirs(vector));
}
writeFileSync(join(directory, "from_npm.json"), JSON.stringify(theirs, null, 1));
console.log(`hpke-interop: opened and resealed ${ours.length} of ours, sealed ${theirs.length} of theirs`);
