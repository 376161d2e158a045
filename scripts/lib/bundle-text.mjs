// What is changed in the text of a bundle that esbuild has made. It breaks long lines, so a space may be a line's end.

/**
 * A name that is not a path keeps a file out of coverage reports. Built-in modules are requested without the loader, which
 * reports each request to `node --watch`, and through it to the parent.
 */
export function unseen(name, text) {
  const past = 'if(process.getBuiltinModule)require=(id)=>process.getBuiltinModule(id);';
  const body = text.replace(/^"use strict";/, `"use strict";${past}`);
  return `${body}//# sourceURL=forkwire:${name}.js\n`;
}

/**
 * esbuild's helpers run when the first child is started, and by then a program may have put properties on
 * Object.prototype, or have replaced the iterator of arrays.
 */
export function hardened(text, shared) {
  const given = shared !== undefined && 'primordials' in shared;
  const define = given ? 'require("./primordials.js").ObjectDefineProperty' : 'Object.defineProperty';
  return (
    withoutNamespaces(text)
      .replace(/(var __defProp\s?=\s?)Object\.defineProperty;/, `$1${define};`)
      .replace(/(__export\([\w$]+,\s?\{)/g, '$1__proto__:null,')
      .replace(/(__defProp\((?:\{\}|[\w$]+),\s?(?:"__esModule"|[\w$]+),\s?\{)/g, '$1__proto__:null,')
      .replace(
        /for\s?\(let\skey\sof\s__getOwnPropNames\(from\)\)/,
        'for(let keys=__getOwnPropNames(from),i=0,key;(key=keys[i])!==undefined;i++)',
      )
      // A bundle of ours is used as it is; the helper would copy its properties.
      .replace(/__toESM\((require\("\.\/[\w-]+\.js"\))\)/g, '$1')
  );
}

/**
 * A module that is passed on as a whole becomes a plain object when it is asked for. esbuild would create a getter for each
 * export at every start.
 */
function withoutNamespaces(text) {
  const namespaces = /var ([\w$]+)\s?=\s?\{\};\s*__export\(\1,\s?(\{[^}]*\})\);/g;
  let result = text;
  for (const [definition, name, getters] of text.matchAll(namespaces)) {
    const passedOn = new RegExp(`\\(\\)\\s?=>\\s?${name.replaceAll('$', '\\$&')}\\b`);
    if (!passedOn.test(result)) continue;
    const values = getters.replace('{', '{__proto__:null,').replace(/:\s?\(\)\s?=>\s?/g, ':');
    result = result.replace(definition, '').replace(passedOn, `()=>(${values})`);
  }
  return result;
}
