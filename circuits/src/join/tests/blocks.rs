// SPDX-License-Identifier: Apache-2.0

//! Blocks that the ledger executed: random ones, and one with every kind of joint operation.

use crate::join::{JoinCircuit, JoinOperation, JoinWitness};
use ligature_differential::{generate, run::sealed_blocks};
use ligature_ledger::SealedBlock;
use ligature_primitives::{
	amount::Amount,
	constants::JoinClass,
	header::{Header, Network},
	ids::{ChainId, NetworkId, Side, TokenId},
	log::{JointLog, LogEntry},
	op::CellCode,
	pool::{Liquidity, PoolParams, add_liquidity, remove_liquidity, swap_out},
	poseidon::Word,
};

/// Number of the circuits' version in these tests.
pub const VERSION: u16 = 3;

pub fn class(number: u8) -> JoinClass {
	JoinClass::new(number).expect("a class")
}

pub fn amount(value: u128) -> Amount {
	Amount::new(value).expect("an amount")
}

/// The header of a block that the ledger sealed.
pub fn header(network: &Network, sealed: &SealedBlock) -> Header {
	let genesis = Header::genesis(network, [1; 32], [2; 32], Word::from(0u64));
	Header {
		number: sealed.number,
		timestamp: sealed.timestamp,
		circuit_version: VERSION,
		join_class: sealed.join_class,
		chains: sealed.chains.iter().map(|chain| chain.header.clone()).collect(),
		..genesis
	}
}

/// The logs of a block's chains.
pub fn logs(sealed: &SealedBlock) -> Vec<&[LogEntry]> {
	sealed.chains.iter().map(|chain| &chain.log[..]).collect()
}

/// The blocks of a random story, with their headers.
pub fn story(number: u64) -> Vec<(Header, SealedBlock)> {
	let story = generate::story(number);
	let blocks = sealed_blocks(&story).expect("the story is told to the ledger elsewhere, too");
	blocks.into_iter().map(|sealed| (header(&story.network, &sealed), sealed)).collect()
}

/// The join of a block.
pub fn join(header: &Header, sealed: &SealedBlock) -> JoinCircuit {
	let witness = JoinWitness::new(header, &logs(sealed)).expect("every half has its other half");
	JoinCircuit { class: header.join_class, witness }
}

/// A pool between chains 2 and 5.
pub const POOL: PoolParams = PoolParams {
	chain0: ChainId(2),
	token0: TokenId(7),
	chain1: ChainId(5),
	token1: TokenId(511),
	fee_bps: 30,
};

/// A pool on chain 5 alone.
pub const LOCAL: PoolParams = PoolParams {
	chain0: ChainId(5),
	token0: TokenId(0),
	chain1: ChainId(5),
	token1: TokenId(3),
	fee_bps: 1_000,
};

/// The parts of two entries that have to be said.
#[derive(Clone, Copy)]
pub struct Sketch {
	pub params: PoolParams,
	pub codes: [CellCode; 2],
	pub before: [Amount; 2],
	pub amounts: [Amount; 2],
	pub after: [Amount; 2],
	pub supply: Amount,
	pub shares: Amount,
	/// First and second limit of each entry.
	pub limits: [[Amount; 2]; 2],
	pub tx: u64,
}

/// Two entries that agree in all that J1 and J3 want.
pub fn operation(sketch: &Sketch) -> JoinOperation {
	let entry = |side: Side| {
		let own = usize::from(side.number());
		let home = side == Side::Zero;
		LogEntry {
			code: sketch.codes[own],
			side,
			before: sketch.before[own],
			amount: sketch.amounts[own],
			foreign: sketch.after[1 - own],
			limit_a: sketch.limits[own][0],
			limit_b: sketch.limits[own][1],
			supply: if home { sketch.supply } else { Amount::ZERO },
			shares: if home { sketch.shares } else { Amount::ZERO },
			params: sketch.params,
			tx: Word::from(sketch.tx),
			owner: Word::from(77),
		}
	};
	JoinOperation { home: entry(Side::Zero), far: entry(Side::One) }
}

/// A swap by the ledger's formula; the signed minimum is one less than what comes out.
pub fn swap(
	params: PoolParams,
	pool: Liquidity,
	input: Side,
	paid: u128,
	tx: u64,
) -> JoinOperation {
	let Liquidity { reserve0, reserve1, supply } = pool;
	let none = Amount::ZERO;
	let paid = amount(paid);
	let (codes, before) = ([CellCode::SwapIn, CellCode::SwapOut], [reserve0, reserve1]);
	let turn = |pair: [Amount; 2]| if input == Side::Zero { pair } else { [pair[1], pair[0]] };
	let [reserve_in, reserve_out] = turn(before);
	let outcome = swap_out(reserve_in, reserve_out, paid, params.fee_bps).expect("a swap");
	let least = amount(outcome.amount_out.get().saturating_sub(1));
	operation(&Sketch {
		params,
		codes: if input == Side::Zero { codes } else { [codes[1], codes[0]] },
		before,
		amounts: turn([paid, outcome.amount_out]),
		after: turn([outcome.reserve_in, outcome.reserve_out]),
		supply,
		shares: none,
		limits: if input == Side::Zero {
			[[least, none], [none; 2]]
		} else {
			[[none; 2], [least, none]]
		},
		tx,
	})
}

/// AddLiquidity by the ledger's formula. For a pool with shares each limit is one above what is paid.
pub fn add(
	params: PoolParams,
	pool: Liquidity,
	shares: u128,
	max: [u128; 2],
	tx: u64,
) -> JoinOperation {
	let [max0, max1] = max.map(amount);
	let outcome = add_liquidity(pool, amount(shares), max0, max1).expect("liquidity");
	let amounts = [outcome.amount0, outcome.amount1];
	let first = pool.supply.is_zero();
	let limits = if first { [max0, max1] } else { amounts.map(|paid| amount(paid.get() + 1)) };
	operation(&Sketch {
		params,
		codes: [CellCode::AddIn0, CellCode::AddIn1],
		before: [pool.reserve0, pool.reserve1],
		amounts,
		after: [outcome.pool.reserve0, outcome.pool.reserve1],
		supply: pool.supply,
		shares: outcome.minted,
		limits: [limits; 2],
		tx,
	})
}

/// RemoveLiquidity or an exit by the ledger's formula; a removal's limits are one less than what is
/// paid.
pub fn remove(params: PoolParams, pool: Liquidity, shares: u128, tx: Option<u64>) -> JoinOperation {
	let none = Amount::ZERO;
	let outcome = remove_liquidity(pool, amount(shares), none, none).expect("liquidity");
	let amounts = [outcome.amount0, outcome.amount1];
	let least = amounts.map(|paid| amount(paid.get().saturating_sub(1)));
	let (codes, limits) = match tx {
		Some(_) => ([CellCode::RemoveShares, CellCode::RemoveOut1], least),
		None => ([CellCode::ExitBurn, CellCode::ExitOut1], [none; 2]),
	};
	operation(&Sketch {
		params,
		codes,
		before: [pool.reserve0, pool.reserve1],
		amounts,
		after: [outcome.pool.reserve0, outcome.pool.reserve1],
		supply: pool.supply,
		shares: amount(shares),
		limits: [limits, [none; 2]],
		tx: tx.unwrap_or(0),
	})
}

/// A pool's reserves and supply.
pub fn liquidity(reserve0: u128, reserve1: u128, supply: u128) -> Liquidity {
	Liquidity { reserve0: amount(reserve0), reserve1: amount(reserve1), supply: amount(supply) }
}

/// The pool that most operations of the tests start from: 10^12 and 3·10^12 + 1, 10^9 shares.
pub fn pool() -> Liquidity {
	liquidity(1_000_000_000_000, 3_000_000_000_001, 1_000_000_000)
}

/// A witness for operations, whose public logs are what the operations make on chains 2 and 5.
pub fn witness(operations: Vec<JoinOperation>) -> JoinWitness {
	let mut witness =
		JoinWitness { network: NetworkId(9), version: VERSION, ..JoinWitness::default() };
	witness.number.0 = 1 << 40;
	(witness.chains[0].chain, witness.chains[1].chain) = (ChainId(2), ChainId(5));
	witness.operations = operations;
	publish(&mut witness);
	witness
}

/// Sets the public logs to what the operations make, as if chains had vouched for any entries.
pub fn publish(witness: &mut JoinWitness) {
	let mut logs = witness.chains.map(|_| JointLog::default());
	for operation in &witness.operations {
		for (entry, side) in [(&operation.home, Side::Zero), (&operation.far, Side::One)] {
			let chain = entry.params.chain(side);
			if let Some(place) = witness.chains.iter().position(|log| log.chain == chain) {
				logs[place].append(entry);
			}
		}
	}
	for (public, log) in witness.chains.iter_mut().zip(logs) {
		(public.count, public.commitment) = (log.count, log.commitment);
	}
}

/// One operation of each kind, on two chains and on one: seven, so that class 8 has padding too.
pub fn every_kind() -> JoinCircuit {
	let none = Liquidity::default();
	let operations = vec![
		swap(POOL, pool(), Side::Zero, 12_345_678, 1),
		swap(POOL, pool(), Side::One, 9_876, 2),
		add(LOCAL, none, 1, [4_000_000, 9_000_001], 3),
		add(POOL, pool(), 12_345, [u128::MAX >> 16; 2], 4),
		remove(POOL, pool(), 54_321, Some(5)),
		remove(POOL, pool(), 999, None),
		swap(LOCAL, liquidity(5_000, 7_000, 3_000), Side::One, 1_000, 6),
	];
	JoinCircuit { class: class(1), witness: witness(operations) }
}
