// Whether a report keeps to docs/report.schema.json: as much of JSON Schema as that uses, and an unknown keyword is a fault.

const IS = {
  null: (v) => v === null,
  boolean: (v) => typeof v === 'boolean',
  string: (v) => typeof v === 'string',
  number: (v) => typeof v === 'number',
  integer: (v) => Number.isInteger(v),
  array: (v) => Array.isArray(v),
  object: (v) => v !== null && typeof v === 'object' && !Array.isArray(v),
};

/** What in `value` is not as `schema` wants it, each with its place. */
export function faults(schema, value, place = '', root = schema) {
  const found = [];
  const fault = (what) => found.push(`${place}: ${what}`);
  const deeper = (inner, v, at) => found.push(...faults(inner, v, at, root));
  for (const [keyword, wanted] of Object.entries(schema)) {
    switch (keyword) {
      case '$schema': case '$defs': case 'title': case 'description': case 'format': break;
      case '$ref': deeper(wanted.slice(2).split('/').reduce((at, key) => at[key], root), value, place); break;
      case 'type': if (![wanted].flat().some((kind) => IS[kind](value))) fault(`is no ${wanted}`); break;
      case 'enum': if (!wanted.includes(value)) fault(`${value} is none of ${wanted}`); break;
      case 'const': if (value !== wanted) fault(`${value} is not ${wanted}`); break;
      case 'minimum': if (IS.number(value) && value < wanted) fault(`${value} is below ${wanted}`); break;
      case 'maximum': if (IS.number(value) && value > wanted) fault(`${value} is above ${wanted}`); break;
      case 'minItems': if (IS.array(value) && value.length < wanted) fault(`${value.length} items`); break;
      case 'maxItems': if (IS.array(value) && value.length > wanted) fault(`${value.length} items`); break;
      case 'items': if (IS.array(value)) value.forEach((item, i) => deeper(wanted, item, `${place}/${i}`)); break;
      case 'required': if (IS.object(value)) wanted.filter((name) => !(name in value)).forEach((name) => fault(`${name} is missing`)); break;
      case 'properties':
        if (IS.object(value)) {
          for (const [name, inner] of Object.entries(value)) {
            if (wanted[name]) deeper(wanted[name], inner, `${place}/${name}`);
            else if (!schema.additionalProperties) fault(`${name} is not in the schema`);
          }
        }
        break;
      case 'additionalProperties':
        if (IS.object(wanted) && IS.object(value)) {
          Object.entries(value).filter(([name]) => !schema.properties?.[name]).forEach(([name, inner]) => deeper(wanted, inner, `${place}/${name}`));
        }
        break;
      case 'anyOf': case 'oneOf':
        if (!wanted.some((one) => faults(one, value, place, root).length === 0)) fault(`none of ${keyword} fits`);
        break;
      default: fault(`unknown keyword ${keyword}`);
    }
  }
  return found;
}
