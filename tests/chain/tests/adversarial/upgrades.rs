// SPDX-License-Identifier: Apache-2.0

//! Governance announces what could hurt. Who disagrees is out before it holds, with an operator who ignores them and
//! oracles that are dead; and then it never holds.

use polkadot_sdk::*;

use ligature_chain_tests::{
	ALPHA, BETA, Built, CHARLIE, DAVE, EVE, FERDIE, Network,
	oracles::{certificate_by, certificate_of, oracles},
	proofs::development_key_of,
	settlement::relay_call,
};
use ligature_primitives::{header::Header, ids::BlockNumber, vote::VoteKind};
use ligature_runtime::{
	ProofVerifier, RootOracle, Runtime, RuntimeCall, rollup::DEVELOPMENT_PARAMETERS,
};
use pallet_proof_verifier::Keys;
use pallet_rollup::{AnnouncedCode, CircuitId, PriorityQueue, Requests, traits::ProofVerification};
use sp_runtime::{
	traits::{BlakeTwo256, Hash},
	transaction_validity::InvalidTransaction,
};

use crate::{
	Oracle, Rollup, Verifier,
	dissent::{NOTICE, ask, decide, ignore, leave_in_time, refused_for_ever},
	invested,
};

/// Code that nobody has read.
const CODE: [u8; 3] = [1, 2, 3];

fn announce_code() -> pallet_rollup::Call<Runtime> {
	pallet_rollup::Call::announce_code { code_hash: BlakeTwo256::hash(&CODE) }
}

fn runtime_code(network: &mut Network) -> Option<Vec<u8>> {
	network.chain(ALPHA).with(|| sp_io::storage::get(b":code").map(|code| code.to_vec()))
}

#[test]
fn who_disagrees_with_new_code_should_be_out_before_it_could_run() {
	let mut network = invested();
	let code = runtime_code(&mut network);
	let announced = decide(&mut network, announce_code());
	ask(&mut network);
	for (place, chain) in [ALPHA, BETA].into_iter().enumerate() {
		let usable_from = announced[place] + NOTICE;
		let stored = network.chain(chain).with(AnnouncedCode::<Runtime>::get);
		assert_eq!(stored, Some((BlakeTwo256::hash(&CODE), usable_from)));
	}
	ignore(&mut network);
	leave_in_time(&mut network, announced);

	let set: RuntimeCall =
		frame_system::Call::set_code_without_checks { code: CODE.to_vec() }.into();
	let ended = Rollup::InExodus.into();
	refused_for_ever(&mut network, announced, &[(set, ended), (announce_code().into(), ended)]);
	// Nor by the other way to new code, which anybody can go to its end.
	let code_hash = BlakeTwo256::hash(&CODE);
	decide(&mut network, frame_system::Call::authorize_upgrade_without_checks { code_hash });
	let apply = frame_system::Call::apply_authorized_upgrade { code: CODE.to_vec() };
	for chain in [ALPHA, BETA] {
		let _ = network.chain(chain).apply(EVE, apply.clone()).refused(Rollup::InExodus);
	}
	assert_eq!(runtime_code(&mut network), code, "the code is what it was");
}

/// The call that registers a key for which everybody can forge, under version 2; and a block under it whose new state its
/// operator has made up.
fn forged(network: &mut Network) -> (pallet_proof_verifier::Call<Runtime>, Built) {
	let honest = network.block(|l| l.transfer(ALPHA, DAVE, 1, EVE, 1_000_000).unwrap());
	network.forget(BlockNumber(honest.number().0 - 1));
	let circuit = CircuitId::Chain(honest.header.chains[0].size_class);
	let key = development_key_of(circuit).try_into().expect("a key has one length");
	let register =
		pallet_proof_verifier::Call::register_key { version: 2, circuit, key: Box::new(key) };
	let mut header = Header { circuit_version: 2, ..honest.header.clone() };
	header.chains[0].new_root = 7u64.into();
	(register, Built { header, ..honest })
}

#[test]
fn who_disagrees_with_new_keys_should_be_out_before_they_could_prove_anything() {
	let mut network = invested();
	let (register, forged) = forged(&mut network);
	let announced = decide(&mut network, register.clone());
	ask(&mut network);
	let circuit = CircuitId::Chain(forged.header.chains[0].size_class);
	for (place, chain) in [ALPHA, BETA].into_iter().enumerate() {
		let _ = network.commit(chain, &forged).refused(Verifier::NoticeNotOver);
		let key = network.chain(chain).with(|| Keys::<Runtime>::get(2, circuit)).expect("stored");
		assert_eq!(key.usable_from, announced[place] + NOTICE);
	}
	ignore(&mut network);
	leave_in_time(&mut network, announced);

	let again = pallet_proof_verifier::Call::retire_key { version: 2, circuit };
	let ended = Verifier::InExodus.into();
	refused_for_ever(&mut network, announced, &[(register.into(), ended), (again.into(), ended)]);
	for chain in [ALPHA, BETA] {
		let _ = network.commit(chain, &forged).invalid(InvalidTransaction::Stale);
	}
}

/// What the notice is good for: who stays is in the hands of who has made the keys. Honest oracles sign what is proven.
#[test]
fn keys_that_everybody_can_forge_for_should_prove_anything_once_their_notice_is_over() {
	let mut network = invested();
	let (register, mut forged) = forged(&mut network);
	let announced = decide(&mut network, register);
	for (place, chain) in [ALPHA, BETA].into_iter().enumerate() {
		let chain = network.chain(chain);
		let wait = announced[place] + NOTICE - 1 - chain.number();
		chain.skip(wait);
	}
	forged.header.timestamp = network.time();
	let _ = network.commit(ALPHA, &forged).refused(Verifier::NoticeNotOver);
	network.tick();
	let classes: Vec<_> = forged.header.chains.iter().map(|part| part.size_class).collect();
	let join_class = forged.header.join_class;
	let digest = network.chain(ALPHA).with(|| ProofVerifier::keys_digest(2, join_class, &classes));
	forged.header.keys_digest = digest.expect("the notice is over");
	network.prove_block(&forged);
	network.certify_all(&forged);
	for chain in [ALPHA, BETA] {
		assert_eq!(network.counters(chain).certified, forged.number());
	}
}

/// A single member, whom governance has chosen.
fn schedule(first_block: u64) -> pallet_root_oracle::Call<Runtime> {
	pallet_root_oracle::Call::schedule_members {
		first_block: BlockNumber(first_block),
		members: vec![oracles()[0].public().0].try_into().expect("one member"),
	}
}

#[test]
fn who_disagrees_with_new_oracles_should_be_out_before_they_could_certify_anything() {
	let mut network = invested();
	// Block 2 is the old members', block 3 would be the new one's.
	let announced = decide(&mut network, schedule(3));
	ask(&mut network);
	for (place, chain) in [ALPHA, BETA].into_iter().enumerate() {
		let epochs = network.chain(chain).with(RootOracle::epochs);
		assert_eq!(epochs.last().unwrap().usable_from, announced[place] + NOTICE);
	}
	ignore(&mut network);
	let third = network.block(|l| l.transfer(ALPHA, DAVE, 1, EVE, 1_000_000).unwrap());
	for chain in [ALPHA, BETA] {
		let _ = network.commit(chain, &third).refused(Oracle::NoticeNotOver);
	}
	network.forget(BlockNumber(2));
	leave_in_time(&mut network, announced);

	let cancel = pallet_root_oracle::Call::cancel_epoch { epoch: 1 };
	let ended = Oracle::InExodus.into();
	refused_for_ever(
		&mut network,
		announced,
		&[(schedule(9).into(), ended), (cancel.into(), ended)],
	);
	for chain in [ALPHA, BETA] {
		let _ = network.commit(chain, &third).invalid(InvalidTransaction::Stale);
	}
}

/// The same with nobody who disagrees: from its notice on the new member certifies alone.
#[test]
fn new_oracles_should_certify_once_their_notice_is_over() {
	let mut network = invested();
	let announced = decide(&mut network, schedule(2));
	for (place, chain) in [ALPHA, BETA].into_iter().enumerate() {
		let chain = network.chain(chain);
		let wait = announced[place] + NOTICE - chain.number();
		chain.skip(wait);
	}
	let block = network.block(|l| l.transfer(ALPHA, DAVE, 1, EVE, 1_000_000).unwrap());
	assert_eq!(block.header.oracle_epoch, 1);
	network.prove_block(&block);
	let members = [oracles()[0].public().0];
	for chain in [ALPHA, BETA] {
		// The old members' word counts no more.
		let old = relay_call(VoteKind::Block, certificate_of(&block.block_message(), &[0, 1, 2]));
		let _ = network.chain(chain).apply(FERDIE, old).refused(Oracle::BadCertificate);
		let alone = certificate_by(&block.block_message(), &members);
		let _ = network.chain(chain).apply(FERDIE, relay_call(VoteKind::Block, alone)).ok();
	}
	network.execute_all(&block);
	network.check_solvency();
}

/// As long as the operator serves, nobody needs the end of the rollup.
#[test]
fn who_disagrees_should_simply_withdraw_when_the_operator_serves() {
	let mut network = invested();
	let announced = decide(&mut network, announce_code());
	ask(&mut network);
	let block = network.block(|l| l.withdraw(ALPHA, DAVE, 1, 10_000_000).unwrap());
	network.settle(&block);
	// The exit of the shares has brought both sides to the ledger; now they leave it.
	for (chain, token) in [(ALPHA, 1), (BETA, 2)] {
		let account = network.account(chain, CHARLIE).unwrap();
		let _ = network.full_exit(chain, CHARLIE, account.get(), token).ok();
	}
	let block = network.serving_block();
	network.settle(&block);
	for (place, chain) in [ALPHA, BETA].into_iter().enumerate() {
		let rest = network.entitled(chain, block.number());
		assert!(!rest.keys().any(|(owner, _)| *owner == CHARLIE.owner()), "{rest:?}");
		assert!(network.chain(chain).number() < announced[place] + NOTICE);
	}
	assert!(network.entitled(ALPHA, block.number()).keys().any(|(who, _)| *who == DAVE.owner()));
}

/// The operator fills both queues with requests of his own.
fn flood(network: &mut Network, requests: u32) {
	for chain in [ALPHA, BETA] {
		for _ in 0..requests {
			let _ = network.change_key(chain, FERDIE, Some(0)).ok();
		}
	}
}

/// The operator serves so many requests of each queue, in as many blocks as that takes, and none behind them.
fn serve(network: &mut Network, requests: u32) {
	network.set_class(3);
	let mut left = [requests; 2];
	while left != [0, 0] {
		network.begin();
		for (left, chain) in left.iter_mut().zip([ALPHA, BETA]) {
			while *left > 0 && network.serve_next(chain) {
				*left -= 1;
			}
		}
		let block = network.seal();
		network.settle(&block);
	}
}

/// When the heads of both queues expire.
fn expiries(network: &mut Network) -> [u32; 2] {
	[ALPHA, BETA].map(|chain| {
		network.chain(chain).with(|| {
			let head = PriorityQueue::<Runtime>::get().executed;
			Requests::<Runtime>::get(head).expect("who disagrees is the head").expires
		})
	})
}

/// An operator cannot come to who disagrees later by serving himself first, however often.
#[test]
fn flood_that_is_served_should_postpone_nobody() {
	let periods = DEVELOPMENT_PARAMETERS;
	let mut network = invested();
	for _ in 0..3 {
		flood(&mut network, 100);
		serve(&mut network, 100);
	}
	let announced = decide(&mut network, announce_code());
	ask(&mut network);
	let expected = [ALPHA, BETA].map(|chain| network.chain(chain).number() + periods.expiry);
	assert_eq!(expiries(&mut network), expected);
	leave_in_time(&mut network, announced);
}

/// Requests that wait, at the price of a queue of their length, postpone those behind them. What the notice has beyond
/// expiry and exit time covers a queue that would take no longer than that.
#[test]
fn notice_should_cover_a_queue_that_is_flooded_up_to_its_slack() {
	let periods = DEVELOPMENT_PARAMETERS;
	let longest = (NOTICE - periods.exit_time) / periods.service_interval;
	// Charlie's own requests wait too.
	let requests = longest - 3;
	assert!(requests > periods.expiry / periods.service_interval);
	let mut network = invested();
	let announced = decide(&mut network, announce_code());
	// So many do not fit into the block of the announcement.
	flood(&mut network, requests);
	ask(&mut network);
	let asked = [ALPHA, BETA].map(|chain| network.chain(chain).number());
	serve(&mut network, requests);
	for (place, expires) in expiries(&mut network).into_iter().enumerate() {
		assert_eq!(expires, asked[place] + requests * periods.service_interval);
		assert!(expires + periods.exit_time < announced[place] + NOTICE);
	}
	leave_in_time(&mut network, announced);
}
