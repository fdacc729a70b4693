// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatUnits, parseUnits } from '../src/amount.js';

test('amounts are formatted without trailing zeros', () => {
	assert.equal(formatUnits(12_500_000_000_000n, 12), '12.5');
	assert.equal(formatUnits(1n, 6), '0.000001');
	assert.equal(formatUnits(3_000_000n, 6), '3');
	assert.equal(formatUnits(0n, 18), '0');
	assert.equal(formatUnits(7n, 0), '7');
});

test('amounts are parsed exactly, beyond what a double holds', () => {
	assert.equal(parseUnits('12.5', 12), 12_500_000_000_000n);
	assert.equal(parseUnits('0.000001', 6), 1n);
	assert.equal(parseUnits('1000000.000000000000000001', 18), 10n ** 24n + 1n);
});

test('what is no amount, or finer than a unit, is refused', () => {
	for (const text of ['', '-1', '1.', '.5', '1e3', '0.0000001']) {
		assert.throws(() => parseUnits(text, 6), /is not an amount/, text);
	}
});
