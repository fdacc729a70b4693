// SPDX-License-Identifier: Apache-2.0

// Amounts: a chain counts units, a person reads whole tokens.

/** `units` of a token with that many decimals, as a decimal number without trailing zeros. */
export function formatUnits(units, decimals) {
	const digits = units.toString().padStart(decimals + 1, '0');
	const whole = digits.slice(0, digits.length - decimals);
	const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
	return fraction ? `${whole}.${fraction}` : whole;
}

/** The units of a decimal number such as `"12.5"`. */
export function parseUnits(text, decimals) {
	const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
	const fraction = match?.[2] ?? '';
	if (!match || fraction.length > decimals) {
		throw new Error(`${text} is not an amount with at most ${decimals} decimals`);
	}
	return BigInt(match[1] + fraction.padEnd(decimals, '0'));
}
