// Runs the Programs of documents with the page's interpreter, for a test that compares what it gets.
//
//     node run_programs.mjs INTERPRETER FOLDER
//
// FOLDER/cases.json: [{name, document, runs: [{program, inputs: [{variable, data}]}], links: bool}]. Written to
// FOLDER/results.json: for each case the runs' values by variable, and the gradients that the links give.

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [, , interpreter, folder] = process.argv;
const { Runner, sendBack, spreadOut, entry } = await import(pathToFileURL(interpreter).href);

const told = (x) => (Number.isFinite(x) ? (Object.is(x, -0) ? "-0.0" : x) : Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf");
const array = ({ data, shape }) => ({ shape, data: Array.from(data, told) });

function run(document, runner, { inputs }) {
  for (const { variable, data } of inputs) runner.set(variable, data.map(entry));
  runner.run(); // a Runner begins with the values of the document
  const values = {};
  runner.values.forEach((value, variable) => (values[variable] = array(value)));
  return { values, problem: runner.problem, changed: runner.answersChanged().length };
}

/** The whole backward pass, link by link. */
function backward(document, runner) {
  const gradients = [];
  const output = document.programs[0].outputs[0];
  gradients[output] = { ...runner.values[output], shape: [], data: Float64Array.of(1) };
  for (const link of document.links) {
    const back = sendBack(document, link, gradients[link.result], runner.values);
    const share = spreadOut(back, runner.values[link.operand].shape);
    const sum = gradients[link.operand];
    gradients[link.operand] = sum ? { ...sum, data: sum.data.map((x, i) => x + share.data[i]) } : share;
  }
  return Object.fromEntries(gradients.flatMap((g, i) => (g ? [[i, array(g)]] : [])));
}

function runs(one) {
  const { document } = one;
  const found = { obstacles: [], runs: [] };
  for (const asked of one.runs) {
    const runner = new Runner(document, document.programs[asked.program]);
    if (runner.obstacles.length) return { obstacles: runner.obstacles };
    found.runs.push(run(document, runner, asked));
    if (one.links && found.runs.length === 1) found.gradients = backward(document, runner);
  }
  return found;
}

const cases = JSON.parse(readFileSync(`${folder}/cases.json`, "utf8"));
const results = {};
for (const one of cases) {
  try {
    results[one.name] = runs(one);
  } catch (error) {
    results[one.name] = { obstacles: [String(error.stack)] };
  }
}
writeFileSync(`${folder}/results.json`, JSON.stringify(results));
