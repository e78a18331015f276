// Checks a document of AsyncAPI 3.0 against the specification's own JSON Schema: node check.mjs FILE
import { readFileSync } from 'node:fs';
import specs from '@asyncapi/specs';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';

const document = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const schema = structuredClone(specs.schemas['3.0.0']);
const ajv = new Ajv({ strict: false, allErrors: true, meta: false, validateSchema: false });
addFormats(ajv);
const validate = ajv.compile(schema);
const valid = validate(document);
for (const error of (validate.errors ?? []).slice(0, 20)) {
  console.log(`${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
}
console.log(valid ? 'valid' : 'not valid');
process.exit(valid ? 0 : 1);
