// SPDX-License-Identifier: Apache-2.0

// What the development network is expected to be: the client test compares the running chains with
// it. The runtime's presets are where it is decided.

/** Symbol, decimals and address type of the native token, the same on all chains. */
export const NATIVE = { symbol: 'LIG', decimals: 12, ss58: 42 };

/** Milliseconds from one block to the next. */
export const BLOCK_TIME = 2000;

/** The two chains, with their validator and the assets that exist at genesis. */
export const CHAINS = {
	alpha: {
		name: 'Ligature Alpha',
		validator: 'alice',
		assets: [
			{ id: 1, name: 'Tether USD', symbol: 'USDT', decimals: 6 },
			{ id: 2, name: 'Wrapped Bitcoin', symbol: 'WBTC', decimals: 8 },
		],
	},
	beta: {
		name: 'Ligature Beta',
		validator: 'bob',
		assets: [
			{ id: 1, name: 'USD Coin', symbol: 'USDC', decimals: 6 },
			{ id: 2, name: 'Wrapped Ether', symbol: 'WETH', decimals: 18 },
		],
	},
};
