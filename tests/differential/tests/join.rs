// SPDX-License-Identifier: Apache-2.0

//! The join's relation holds for the logs of executed blocks, and for nothing that differs from them
//! in one place.

use ark_bls12_381::Fr;
use ligature_differential::{
	generate,
	join::{Log, Pair, check, check_pair, pair_up},
	run::sealed_blocks,
};
use ligature_primitives::{amount::Amount, ids::ChainId, log::LogEntry};
use std::collections::{BTreeMap, BTreeSet};

/// The joint operations of the first stories' blocks, with the logs that they left.
fn blocks() -> Vec<(Vec<Pair>, BTreeMap<u8, Log>)> {
	let blocks = (0..30).flat_map(|number| {
		sealed_blocks(&generate::story(number)).expect("the story has been told before")
	});
	let logs = blocks.map(|block| {
		let chains = block.chains;
		let entries =
			chains.iter().map(|chain| (chain.header.chain.0, chain.log.clone())).collect();
		let public = chains.iter().map(|chain| {
			(chain.header.chain.0, (chain.header.log_commitment, chain.header.log_count))
		});
		(pair_up(&entries).expect("every half has its other half"), public.collect())
	});
	logs.filter(|(pairs, _): &(Vec<Pair>, _)| !pairs.is_empty()).collect()
}

fn up(amount: &mut Amount) {
	*amount = amount.checked_add(Amount::new(1).expect("one")).expect("no log is at the limit");
}

fn down(amount: &mut Amount) -> bool {
	let less = amount.checked_sub(Amount::new(1).expect("one"));
	*amount = less.unwrap_or_default();
	less.is_some()
}

#[test]
fn logs_of_executed_blocks_should_be_joined() {
	let mut codes = BTreeSet::new();
	for (pairs, logs) in blocks() {
		check(&pairs, &logs).expect("the block was executed");
		codes.extend(pairs.iter().map(|(e0, e1)| (e0.code.number(), e1.code.number())));
	}
	let all = [(0x06, 0x08), (0x20, 0x21), (0x21, 0x20), (0x22, 0x24), (0x25, 0x27)];
	assert_eq!(codes, all.into(), "every kind of joint operation was there");
}

#[test]
fn one_wrong_field_should_break_its_rule() {
	type Spoil = (&'static str, &'static str, fn(&mut LogEntry));
	let spoils: [Spoil; 8] = [
		("sides", "J1", |it| it.side = it.side.other()),
		("parameters", "J1", |it| it.params.fee_bps += 1),
		("transaction", "J1", |it| it.tx += Fr::from(1u8)),
		("owner", "J1", |it| it.owner += Fr::from(1u8)),
		("foreign", "J3", |it| up(&mut it.foreign)),
		("before", "J3", |it| up(&mut it.before)),
		("amount", "J3", |it| up(&mut it.amount)),
		("chain", "J1", |it| it.params.chain1 = ChainId(it.params.chain1.0.wrapping_add(1))),
	];
	for (pairs, _) in blocks() {
		for (e0, e1) in &pairs {
			for (field, rule, spoil) in &spoils {
				for first in [true, false] {
					let (mut e0, mut e1) = (e0.clone(), e1.clone());
					spoil(if first { &mut e0 } else { &mut e1 });
					let error = check_pair(&e0, &e1).expect_err(field);
					assert!(error.starts_with(rule), "{field}: {error}");
				}
			}
			// A code that belongs to another operation.
			let mut other = e1.clone();
			other.code = e0.code;
			assert!(check_pair(e0, &other).is_err_and(|error| error.starts_with("J2")));
		}
	}
}

#[test]
fn amounts_that_agree_but_are_wrong_should_break_the_formula() {
	let mut broken = BTreeMap::<String, usize>::new();
	for (pairs, _) in blocks() {
		for (e0, e1) in &pairs {
			// Who gets one more, or pays one less: the other side's foreign reserve goes along.
			for first in [true, false] {
				let (mut e0, mut e1) = (e0.clone(), e1.clone());
				let (half, other) = if first { (&mut e0, &mut e1) } else { (&mut e1, &mut e0) };
				let pays = matches!(half.code.number(), 0x20 | 0x22 | 0x24);
				let possible = if pays {
					down(&mut half.amount) && down(&mut other.foreign)
				} else {
					down(&mut other.foreign) && {
						up(&mut half.amount);
						true
					}
				};
				// An input may be less without an output that is too high, if rounding hides it.
				if let (true, Err(error)) = (possible, check_pair(&e0, &e1)) {
					*broken.entry(error).or_default() += 1;
				} else if possible {
					assert_eq!(e0.code.number().min(e1.code.number()), 0x20, "{e0:?} {e1:?}");
				}
			}
			// A limit that the amounts do not keep.
			let (mut e0, mut e1) = (e0.clone(), e1.clone());
			let error = match (e0.code.number(), e1.code.number()) {
				(0x20, _) => {
					e0.limit_a = e1.amount;
					up(&mut e0.limit_a);
					"J4"
				},
				(_, 0x20) => {
					e1.limit_a = e0.amount;
					up(&mut e1.limit_a);
					"J4"
				},
				(0x22, _) => {
					e0.limit_b = e1.amount;
					assert!(down(&mut e0.limit_b), "an amount paid in is not 0");
					e1.limit_b = e0.limit_b;
					"J5"
				},
				_ => {
					e0.limit_a = e0.amount;
					up(&mut e0.limit_a);
					"J6"
				},
			};
			let found = check_pair(&e0, &e1).expect_err("the limit is not kept");
			assert!(found.starts_with(error), "{found}");
		}
	}
	for rule in ["J4", "J5", "J6"] {
		assert!(
			broken.keys().any(|error| error.starts_with(rule)),
			"{rule} never broke: {broken:?}"
		);
	}
}

#[test]
fn logs_should_bind_every_operation_and_their_order() {
	for (pairs, logs) in blocks() {
		let mut fewer = pairs.clone();
		fewer.pop();
		assert!(check(&fewer, &logs).is_err(), "one left out");
		let mut twice = pairs.clone();
		twice.push(pairs[0].clone());
		assert!(check(&twice, &logs).is_err(), "one done twice");
		let mut counted = logs.clone();
		counted.values_mut().for_each(|log| log.1 += 1);
		assert!(check(&pairs, &counted).is_err(), "another count");
		for (at, pair) in pairs.windows(2).enumerate() {
			let share = |e: &LogEntry| [e.params.chain0, e.params.chain1];
			if share(&pair[0].0).iter().any(|chain| share(&pair[1].0).contains(chain)) {
				let mut swapped = pairs.clone();
				swapped.swap(at, at + 1);
				assert!(check(&swapped, &logs).is_err(), "another order");
			}
		}
	}
}
