// SPDX-License-Identifier: Apache-2.0

// A circuit for snarkjs without a compiler: its constraints and its witness, as the bytes of the file
// formats `.r1cs` and `.wtns`.
//
// The statement, with public y and c: "I know x with x³ + c·x + 5 = y".

/** The order of the groups of BLS12-381. */
export const ORDER =
	52435875175126190479447740508185965837690552500527637822603658699938581184513n;

const WORD = 32;
// Wires: the constant, the public ones, then the others.
const [ONE, Y, C, X, X2, CX] = [0, 1, 2, 3, 4, 5];
const WIRES = 6;
const PUBLIC_INPUTS = 2;

/** Each row says: the product of the first two sums is the third. A sum is [wire, coefficient]... */
const CONSTRAINTS = [
	[[[X, 1n]], [[X, 1n]], [[X2, 1n]]],
	[[[C, 1n]], [[X, 1n]], [[CX, 1n]]],
	[
		[[X2, 1n]],
		[[X, 1n]],
		[
			[Y, 1n],
			[CX, -1n],
			[ONE, -5n],
		],
	],
];

const reduce = (value) => ((value % ORDER) + ORDER) % ORDER;

function u32(value) {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE(value);
	return bytes;
}

function u64(value) {
	const bytes = Buffer.alloc(8);
	bytes.writeBigUInt64LE(BigInt(value));
	return bytes;
}

function word(value) {
	return Buffer.from(value.toString(16).padStart(2 * WORD, '0'), 'hex').reverse();
}

/** Magic, version, number of sections; then each section with its number and length. */
function file(magic, version, sections) {
	const parts = [Buffer.from(magic), u32(version), u32(sections.length)];
	sections.forEach((body, i) => parts.push(u32(i + 1), u64(body.length), body));
	return Buffer.concat(parts);
}

const terms = (sum) => [
	u32(sum.length),
	...sum.flatMap(([wire, coefficient]) => [u32(wire), word(reduce(coefficient))]),
];

/** The `.r1cs` file. */
export function constraints() {
	const privateInputs = 1;
	const head = [u32(WORD), word(ORDER), u32(WIRES), u32(0), u32(PUBLIC_INPUTS), u32(privateInputs)];
	head.push(u64(WIRES), u32(CONSTRAINTS.length));
	const rows = CONSTRAINTS.flatMap((row) => row.flatMap(terms));
	const labels = Array.from({ length: WIRES }, (_, wire) => u64(wire));
	return file('r1cs', 1, [head, rows, labels].map((parts) => Buffer.concat(parts)));
}

/** The public inputs for x and c. */
export const inputs = (x, c) => [reduce(x ** 3n + c * x + 5n), c];

/** The `.wtns` file for x and c. */
export function witness(x, c) {
	const [y] = inputs(x, c);
	const values = [1n, y, c, x, reduce(x * x), reduce(c * x)];
	const head = Buffer.concat([u32(WORD), word(ORDER), u32(values.length)]);
	return file('wtns', 2, [head, Buffer.concat(values.map(word))]);
}
