// Loaded before a program, it hides @tensorflow/tfjs-node from it, whether that is installed or not.
const Module = require('node:module');

const resolve = Module._resolveFilename;
Module._resolveFilename = (name, ...rest) => {
  if (name === '@tensorflow/tfjs-node') throw new Error(`Cannot find module '${name}'`);
  return resolve(name, ...rest);
};
