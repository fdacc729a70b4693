// SPDX-License-Identifier: Apache-2.0

// What the demo shows: stages with elapsed time, tables.

const terminal = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (terminal ? `\x1b[${code}m${text}\x1b[0m` : text);

/** Bold, dim, red and green text on a terminal, plain text elsewhere. */
export const bold = (text) => paint(1, text);
export const dim = (text) => paint(2, text);
export const red = (text) => paint(31, text);
export const green = (text) => paint(32, text);

/** Seconds as m:ss. */
export function elapsed(seconds) {
	const whole = Math.floor(seconds);
	return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

let ticker;
let abandoned = false;
const clearLine = () => terminal && process.stdout.write('\r\x1b[K');

/** Runs `work` as a stage: says what is done, how long it takes, that it is done. */
export async function stage(name, what, work) {
	const start = Date.now();
	const since = () => elapsed((Date.now() - start) / 1000);
	const end = (line) => {
		if (abandoned) return;
		clearInterval(ticker);
		clearLine();
		console.log(line);
	};
	console.log(`${bold(`▶ ${name}`)} ${dim(what)}`);
	if (terminal) ticker = setInterval(() => process.stdout.write(`\r\x1b[K  ${since()}`), 1000);
	try {
		const result = await work();
		end(`${green('✓')} ${name} ${dim(since())}`);
		return result;
	} catch (error) {
		end(red(`✗ ${name} failed after ${since()}`));
		throw error;
	}
}

/** Says nothing more about the stage that runs: the program was told to end. */
export function abandonStage() {
	abandoned = true;
	clearInterval(ticker);
	clearLine();
}

/** Rows as aligned columns under their headings; `right` names the columns of numbers. */
export function table(headings, rows, right = []) {
	const all = [headings, ...rows].map((row) => row.map(String));
	const width = headings.map((_, column) => Math.max(...all.map((row) => row[column].length)));
	const line = (row) =>
		row
			.map((cell, column) =>
				right.includes(headings[column]) ? cell.padStart(width[column]) : cell.padEnd(width[column]),
			)
			.join('  ')
			.trimEnd();
	const rule = width.map((length) => '─'.repeat(length)).join('  ');
	return [bold(line(all[0])), dim(rule), ...all.slice(1).map(line)].join('\n');
}
