import { brokerChecks } from '../doctor/broker-checks.ts';
import { findingsOf } from '../doctor/check.ts';
import { learningChecks } from '../doctor/learning-checks.ts';
import { machineChecks } from '../doctor/machine-checks.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ValuesOf } from '../options.ts';
import { formatTable } from '../table.ts';
import type { RunVerb } from '../verb.ts';
import type { DoctorFlags } from './doctor.ts';

/** `cqshop doctor`: one finding a line, what to do at its end. */
export const doctorRun: RunVerb<ValuesOf<DoctorFlags>> = async ({ options }, io) => {
  const findings = await findingsOf([...machineChecks, ...brokerChecks(options.broker, options), ...learningChecks]);
  const isWell = findings.every(({ status }) => status !== 'failed');
  const colourOf = { ok: io.colours.green, missing: io.colours.yellow, failed: io.colours.red };
  io.result({ ok: isWell, checks: findings }, () => {
    const rows = findings.map(({ name, status, found }) => [colourOf[status](status), name, found]);
    const advice = findings.filter(one => one.advice !== '').map(one => `${one.name}: ${one.advice}`);
    return [
      formatTable(['', 'what', 'found'], rows, io),
      ...(advice.length === 0 ? [] : ['', 'To do:', ...advice]),
    ].join('\n');
  });
  return isWell ? exitCodes.done : exitCodes.failed;
};
