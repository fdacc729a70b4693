// SPDX-License-Identifier: Apache-2.0

//! The relation of section 10.2, stated over the logs that a block left. A join circuit states it
//! again in constraints.

use ark_bls12_381::Fr;
use ligature_primitives::{
	ids::Side,
	log::LogEntry,
	poseidon::{Domain, hash},
};
use num_bigint::BigUint;
use std::collections::BTreeMap;

/// A joint operation: its entry of side 0 and its entry of side 1.
pub type Pair = (LogEntry, LogEntry);

/// A chain's log: commitment and count.
pub type Log = (Fr, u32);

// Codes of cells (section 9.4).
const EXIT_BURN: u8 = 0x06;
const EXIT_OUT1: u8 = 0x08;
const SWAP_IN: u8 = 0x20;
const SWAP_OUT: u8 = 0x21;
const ADD_IN0: u8 = 0x22;
const ADD_IN1: u8 = 0x24;
const REMOVE_SHARES: u8 = 0x25;
const REMOVE_OUT1: u8 = 0x27;

/// Finds the pairs in the chains' logs: the operations in an order that fits every log.
///
/// `logs` maps a chain to its entries in order. An operation can come next if its entries stand at
/// the front of their logs; that of side 0 before that of side 1 if both stand in one log.
pub fn pair_up(logs: &BTreeMap<u8, Vec<LogEntry>>) -> Result<Vec<Pair>, String> {
	let mut at: BTreeMap<u8, usize> = logs.keys().map(|chain| (*chain, 0)).collect();
	let mut pairs = Vec::new();
	'next: loop {
		for (chain, entries) in logs {
			let Some(first) = entries.get(at[chain]).filter(|entry| entry.side == Side::Zero)
			else {
				continue;
			};
			let far = first.params.chain1.0;
			let place = at.get(&far).ok_or("an entry names a chain without a log")?
				+ usize::from(far == *chain);
			let Some(second) = logs[&far]
				.get(place)
				.filter(|it| (it.side, it.params, it.tx) == (Side::One, first.params, first.tx))
			else {
				continue;
			};
			pairs.push((first.clone(), second.clone()));
			*at.get_mut(chain).expect("it is a key") += 1;
			*at.get_mut(&far).expect("it is a key") += 1;
			continue 'next;
		}
		break;
	}
	let left = logs.iter().any(|(chain, entries)| at[chain] != entries.len());
	if left { Err("a half without its other half".into()) } else { Ok(pairs) }
}

/// Whether the operations rebuild the logs and each keeps J1 to J6. The error names the rule.
pub fn check(pairs: &[Pair], logs: &BTreeMap<u8, Log>) -> Result<(), String> {
	let mut rebuilt: BTreeMap<u8, Log> =
		logs.keys().map(|chain| (*chain, (Fr::from(0u8), 0))).collect();
	for (number, (e0, e1)) in pairs.iter().enumerate() {
		check_pair(e0, e1).map_err(|rule| format!("joint operation {number}: {rule}"))?;
		for entry in [e0, e1] {
			let chain =
				if entry.side == Side::Zero { entry.params.chain0 } else { entry.params.chain1 };
			let log = rebuilt.get_mut(&chain.0).ok_or("J1: a chain that is not in the list")?;
			*log = (append(log.0, entry), log.1 + 1);
		}
	}
	if rebuilt == *logs {
		Ok(())
	} else {
		Err("the logs rebuilt differ from the public ones".into())
	}
}

/// `log_{k+1}` of section 10.1.
fn append(log: Fr, entry: &LogEntry) -> Fr {
	let pack = |fields: &[(u128, u32)]| {
		let mut shift = 0;
		let mut sum = BigUint::from(0u8);
		for (value, width) in fields {
			sum += BigUint::from(*value) << shift;
			shift += width;
		}
		Fr::from(sum)
	};
	let (code, side) = (u128::from(entry.code.number()), u128::from(entry.side.number()));
	let e0 = pack(&[(entry.before.get(), 112), (entry.amount.get(), 112), (code, 8), (side, 8)]);
	let e1 = pack(&[(entry.foreign.get(), 112), (entry.limit_a.get(), 112)]);
	let e2 = pack(&[(entry.supply.get(), 112), (entry.shares.get(), 112)]);
	let e3 = pack(&[(entry.limit_b.get(), 112), (u128::from(entry.params.pack()), 64)]);
	hash(Domain::new("log"), &[log, e0, e1, e2, e3, entry.tx, entry.owner])
}

fn rule(holds: bool, name: &str) -> Result<(), String> {
	if holds { Ok(()) } else { Err(name.into()) }
}

fn big(value: u128) -> BigUint {
	BigUint::from(value)
}

/// J1 to J6 of one operation.
pub fn check_pair(e0: &LogEntry, e1: &LogEntry) -> Result<(), String> {
	rule((e0.side, e1.side) == (Side::Zero, Side::One), "J1: sides")?;
	rule(e0.params == e1.params, "J1: parameters")?;
	rule(e0.tx == e1.tx, "J1: transaction")?;
	rule(e0.owner == e1.owner, "J1: owner")?;

	let codes = (e0.code.number(), e1.code.number());
	let known = [
		(SWAP_IN, SWAP_OUT),
		(SWAP_OUT, SWAP_IN),
		(ADD_IN0, ADD_IN1),
		(REMOVE_SHARES, REMOVE_OUT1),
		(EXIT_BURN, EXIT_OUT1),
	];
	rule(known.contains(&codes), "J2: codes")?;

	let pays_in = |entry: &LogEntry| matches!(entry.code.number(), SWAP_IN | ADD_IN0 | ADD_IN1);
	let after = |entry: &LogEntry| {
		let (before, amount) = (entry.before.get(), entry.amount.get());
		if pays_in(entry) { Some(before + amount) } else { before.checked_sub(amount) }
	};
	let (after0, after1) = (after(e0).ok_or("J3: side 0")?, after(e1).ok_or("J3: side 1")?);
	rule(e0.foreign.get() == after1 && e1.foreign.get() == after0, "J3: foreign reserves")?;

	match codes {
		(SWAP_IN, _) => swap(e0, e1),
		(_, SWAP_IN) => swap(e1, e0),
		(ADD_IN0, _) => add(e0, e1),
		_ => remove(e0, e1),
	}
}

/// J4.
fn swap(input: &LogEntry, output: &LogEntry) -> Result<(), String> {
	let (a, a1) = (input.amount.get(), output.amount.get());
	let (r_i, r_o) = (big(input.before.get()), big(output.before.get()));
	let kept = 10_000 - u32::from(input.params.fee_bps);
	let a0 = big(a) * kept / 10_000u32;
	let left = (&r_i + &a0) * (&r_o - a1);
	let product = &r_i * &r_o;
	rule(left >= product, "J4: the product falls")?;
	rule(left - product < r_i + a0, "J4: the pool keeps more than the remainder")?;
	rule(a1 >= input.limit_a.get(), "J4: limit")
}

/// J5.
fn add(e0: &LogEntry, e1: &LogEntry) -> Result<(), String> {
	let (supply, shares) = (e0.supply.get(), e0.shares.get());
	let (x, y) = (e0.amount.get(), e1.amount.get());
	let (limit_a, limit_b) = (e0.limit_a.get(), e0.limit_b.get());
	rule((e1.limit_a, e1.limit_b) == (e0.limit_a, e0.limit_b), "J5: limits differ")?;
	if supply == 0 {
		rule((x, y) == (limit_a, limit_b), "J5: first liquidity pays its limits")?;
		let total = big(shares) + 1_000u32;
		let (product, next) = (big(x) * y, &total + 1u32);
		return rule(&total * &total <= product && product < &next * &next, "J5: root");
	}
	for (paid, reserve) in [(x, e0.before.get()), (y, e1.before.get())] {
		let (left, right) = (big(paid) * supply, big(shares) * reserve);
		rule(left >= right && left - right < big(supply), "J5: share")?;
	}
	rule(x <= limit_a && y <= limit_b, "J5: limits")
}

/// J6.
fn remove(e0: &LogEntry, e1: &LogEntry) -> Result<(), String> {
	let (supply, shares) = (e0.supply.get(), e0.shares.get());
	let (x, y) = (e0.amount.get(), e1.amount.get());
	for (paid, reserve) in [(x, e0.before.get()), (y, e1.before.get())] {
		let (left, right) = (big(shares) * reserve, big(paid) * supply);
		rule(left >= right && left - right < big(supply), "J6: share")?;
	}
	rule(x >= e0.limit_a.get() && y >= e0.limit_b.get(), "J6: limits")
}
