// What is changed in the text of a bundle that esbuild has made. It breaks long lines, so a space may be a line's end.
import { Script } from 'node:vm';

/**
 * A name that is not a path keeps a file out of coverage reports. Built-in modules are requested without the loader, which
 * reports each request to `node --watch`, and through it to the parent.
 */
export function unseen(name, text) {
  const past = 'if(process.getBuiltinModule)require=(function(id){return process.getBuiltinModule(id)});';
  const body = text.replace(/^"use strict";/, `"use strict";${past}`);
  return `${body}//# sourceURL=forkwire:${name}.js\n`;
}

/**
 * Takes built-in modules without the loader where the runtime has a way: when a program requires one for the first time, Node also
 * makes what `import` would see of it, which takes 20 to 50 us each.
 */
export function pastLoader(text) {
  const start = '"use strict";const $builtin=process.getBuiltinModule??require;';
  return text
    .replace(/^"use strict";/, start)
    .replaceAll(/\brequire\((\s*)"node:/g, (_, space) => `$builtin(${space}"node:`);
}

/**
 * Makes functions that are called while the file runs be compiled together with it: V8 does that with a function in parentheses. It reads
 * any other twice, and compiling it at its first call takes 10 us or more.
 *
 * @param {string[]} names of functions of the file
 * @throws if one of them is not there
 */
export function eager(text, names) {
  let rest = text;
  const moved = names.map((name) => {
    const start = rest.search(new RegExp(`\\bfunction\\s${name.replaceAll('$', '\\$&')}\\(`));
    if (start === -1) throw new Error(`a bundle has no function ${name}`);
    const source = functionAt(rest, start);
    rest = rest.slice(0, start) + rest.slice(start + source.length);
    return `${name}=(${source.replace(/^function\s[^(]*/, 'function')})`;
  });
  // Declarations are there from the start of a file.
  return moved.length === 0 ? text : rest.replace(/^"use strict";/, (start) => `${start}var ${moved};`);
}

/** The text of the function that begins there: what can be compiled up to the first brace that makes that possible. */
function functionAt(text, start) {
  for (let end = text.indexOf('}', start) + 1; end > 0; end = text.indexOf('}', end) + 1) {
    const source = text.slice(start, end);
    if (isExpression(source)) return source;
  }
  throw new Error(`a function has no end: ${text.slice(start, start + 80)}`);
}

function isExpression(source) {
  try {
    return Boolean(new Script(`(${source})`));
  } catch {
    return false;
  }
}

/**
 * A bundle that has the text of captured.js in it, for a loader that gives it none: a child, for which this is part of the compiled
 * code.
 */
export function capturing(text, captured) {
  // With a prototype, V8 would make a hidden class for each of its hundred properties.
  const bare = captured.replaceAll('module.exports={', 'module.exports={__proto__:null,');
  const body = text.replaceAll(/\brequire\d*\("\.\/captured\.js"\)/g, '$captured()');
  // V8 compiles a function in parentheses together with the one around it. So it is compiled in the parent, where it must not run: the
  // program may have replaced what it captures.
  return `${body}
var $kept;
function $captured(){return $kept??=require("./captured.js")??(function(){const module={exports:{}};${bare}
return module.exports})()}`;
}

/**
 * esbuild's helpers run when the first child is started, and by then a program may have put properties on
 * Object.prototype, or have replaced the iterator of arrays.
 *
 * @param {Record<string, string> | undefined} shared what the bundle is given by its loader
 */
export function hardened(text, shared) {
  const given = shared !== undefined && 'captured' in shared;
  const taken = (_, start, name) =>
    `${start}require("./captured.js").Object${name[0].toUpperCase()}${name.slice(1)};`;
  const helpers = /(var __(?:defProp|getOwnPropDesc|getOwnPropNames)\s?=\s?)Object\.(\w+);/g;
  return (
    withoutNamespaces(withPlainExports(given ? text.replace(helpers, taken) : text, !given))
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
 * What the file itself exports is one plain object. esbuild would create a getter for each export, twice, at every start.
 *
 * @param {boolean} imported whether programs import it, for which TypeScript and bundlers look for `__esModule`
 */
function withPlainExports(text, imported) {
  const exporting =
    /var ([\w$]+)\s?=\s?\{\};\s*__export\(\1,\s?(\{[^}]*\})\);\s*module\.exports\s?=\s?__toCommonJS\(\1\);/;
  const found = exporting.exec(text);
  if (found === null) return text;
  const [definition, , getters] = found;
  const mark = imported
    ? 'Object.defineProperty(module.exports,"__esModule",{__proto__:null,value:true});'
    : '';
  // The comment for Node's lexer of CommonJS stays where it is: it reads the names there.
  return `${text.replace(definition, '')}module.exports=${valuesOf(getters, '{')};${mark}\n`;
}

/**
 * A module that is passed on as a whole becomes a plain object when it is asked for. esbuild would create a getter for each
 * export at every start.
 */
function withoutNamespaces(text) {
  const namespaces = /var ([\w$]+)\s?=\s?\{\};\s*__export\(\1,\s?(\{[^}]*\})\);/g;
  let result = text;
  for (const [definition, name, getters] of text.matchAll(namespaces)) {
    const passedOn = new RegExp(`\\(\\)\\s?=>\\s?${name.replaceAll('$', '\\$&')}\\b`, 'g');
    if (!passedOn.test(result)) continue;
    result = result
      .replace(definition, '')
      .replaceAll(passedOn, () => `()=>(${valuesOf(getters, '{__proto__:null,')})`);
    if (new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$&')}(?![\\w$])`).test(result))
      throw new Error(`a bundle uses ${name} in two ways: pass a namespace on, or import names from it`);
  }
  return result;
}

/** `{ a: () => b }` as `{ a: b }`. */
const valuesOf = (getters, start) => getters.replace('{', () => start).replace(/:\s?\(\)\s?=>\s?/g, ':');
