// SPDX-License-Identifier: Apache-2.0

//! The order of the joint operations is found, if there is one.

use super::blocks::{LOCAL, POOL, join, logs, pool, remove, story, swap};
use crate::join::{JoinOperation, JoinWitness, WitnessError, order::interleave};
use ligature_primitives::{
	header::{Header, Network},
	ids::{ChainId, NetworkId, Side},
	log::LogEntry,
	pool::PoolParams,
	poseidon::Word,
};
use rand_chacha::{
	ChaCha20Rng,
	rand_core::{RngCore, SeedableRng},
};

const CHAINS: [ChainId; 4] = [ChainId(2), ChainId(5), ChainId(6), ChainId(9)];

/// The logs of operations in their order.
fn logs_of(operations: &[JoinOperation]) -> Vec<Vec<LogEntry>> {
	let mut logs = vec![Vec::new(); CHAINS.len()];
	for entry in operations.iter().flat_map(|it| [&it.home, &it.far]) {
		let chain = entry.params.chain(entry.side);
		let place = CHAINS.iter().position(|it| *it == chain).expect("one of them");
		logs[place].push(entry.clone());
	}
	logs
}

fn slices(logs: &[Vec<LogEntry>]) -> Vec<&[LogEntry]> {
	logs.iter().map(Vec::as_slice).collect()
}

/// Random operations on all chains: swaps, and many exits, whose transactions are all 0.
fn random(seed: u8) -> Vec<JoinOperation> {
	let mut random = ChaCha20Rng::from_seed([seed; 32]);
	let mut below = |end: u32| random.next_u32() % end;
	let count = below(60) + 1;
	(0..count)
		.map(|tx| {
			let (chain0, chain1) = (CHAINS[below(4) as usize], CHAINS[below(4) as usize]);
			let params = PoolParams { chain0, chain1, ..POOL };
			if below(2) == 0 {
				remove(params, pool(), u128::from(below(1_000)) + 1, None)
			} else {
				let input = if below(2) == 0 { Side::Zero } else { Side::One };
				swap(params, pool(), input, 1_000, u64::from(tx) + 1)
			}
		})
		.collect()
}

#[test]
fn an_order_with_the_same_logs_should_be_found() {
	for seed in 0..100 {
		let operations = random(seed);
		let logs = logs_of(&operations);
		let found = interleave(&CHAINS, &slices(&logs)).expect("there is one");
		assert_eq!(found.len(), operations.len());
		assert_eq!(logs_of(&found), logs);
	}
}

#[test]
fn every_half_without_its_other_half_should_be_found() {
	for seed in 0..20 {
		let logs = logs_of(&random(seed));
		for chain in 0..logs.len() {
			for entry in 0..logs[chain].len() {
				let mut logs = logs.clone();
				logs[chain].remove(entry);
				assert!(interleave(&CHAINS, &slices(&logs)).is_err());
			}
		}
	}
}

#[test]
fn halves_in_no_order_should_be_named() {
	let one = swap(POOL, pool(), Side::Zero, 1_000, 1);
	let two = swap(POOL, pool(), Side::Zero, 1_000, 2);
	let mut logs = logs_of(&[one, two]);
	logs[1].swap(0, 1);
	let first = WitnessError::Unpaired { chain: ChainId(2), entry: 0 };
	assert_eq!(interleave(&CHAINS, &slices(&logs)), Err(first), "the chains contradict each other");

	let mut reversed = logs_of(&[swap(LOCAL, pool(), Side::Zero, 1_000, 1)]);
	reversed[1].swap(0, 1);
	let first = WitnessError::Unpaired { chain: ChainId(5), entry: 0 };
	assert_eq!(interleave(&CHAINS, &slices(&reversed)), Err(first), "side 1 before side 0");
}

#[test]
fn logs_should_be_one_for_each_chain() {
	let network = Network::new(NetworkId(1), CHAINS.to_vec()).expect("a network");
	let header = Header::genesis(&network, [0; 32], [0; 32], Word::from(0u64));
	let error = WitnessError::Chains { chains: 4, logs: 3 };
	assert_eq!(JoinWitness::new(&header, &[&[], &[], &[]]), Err(error));
}

#[test]
fn logs_of_the_ledger_should_be_rebuilt() {
	let mut joint = 0;
	for (header, sealed) in (100..106).flat_map(story) {
		let circuit = join(&header, &sealed);
		joint += circuit.witness.operations.len();
		assert_eq!(circuit.witness.check(sealed.join_class), Ok(()));
		let entries: usize = logs(&sealed).iter().map(|log| log.len()).sum();
		assert_eq!(circuit.witness.operations.len() * 2, entries);
	}
	assert!(joint > 0);
}
