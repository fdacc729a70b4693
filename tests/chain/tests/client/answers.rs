// SPDX-License-Identifier: Apache-2.0

//! What the runtime answers and stores, against what the pallets say: the questions go to the runtime's own dispatcher, as a
//! node's do.

use polkadot_sdk::*;

use crate::{account, ask, metadata, read, status::status};
use ligature_chain::{self as client, Circuit, PoolState, decode};
use ligature_chain_tests::{
	ALICE, ALPHA, BETA, BOB, CHARLIE, Chain, DAVE, EVE, Network, USDT_WBTC, USDT_WETH,
	oracles::oracles,
};
use ligature_primitives::{
	amount::Amount,
	constants::JoinClass,
	ids::{BlockNumber, ChainId, PoolSlot, TokenId},
};
use ligature_runtime::{AccountId, Amm, ProofVerifier, Rollup, RootOracle, Runtime, token};
use pallet_rollup::{CircuitId, StoredRequest};

/// A request as the client should have it.
fn request_of(request: StoredRequest<AccountId, u32>) -> client::Request {
	let StoredRequest { request, payer, expires } = request;
	client::Request { request, payer: account(&payer), expires }
}

#[test]
fn requests_of_every_kind_should_be_those_of_the_queue() {
	let mut network = Network::open();
	network.deposit(ALPHA, CHARLIE, 1, 5_000_000);
	let _ = network.try_deposit(ALPHA, CHARLIE, 0, DAVE.owner(), 7, false).ok();
	let _ = network.full_exit(ALPHA, CHARLIE, 3, 1).ok();
	let _ = network.change_key(ALPHA, CHARLIE, None).ok();
	let _ = network.change_key(ALPHA, DAVE, Some(4)).ok();
	network.create_pool(EVE, USDT_WBTC);
	let chain = network.chain(ALPHA);
	let theirs: Vec<_> = (0..7u64)
		.map(|index| {
			let stored = chain.with(|| pallet_rollup::Requests::<Runtime>::get(index));
			(index, request_of(stored.expect("it is queued")))
		})
		.collect();
	let requests =
		|chain: &mut Chain, first, limit| ask(chain, decode::requests(metadata(), first, limit));
	assert_eq!(requests(chain, 0, 100), theirs);
	assert_eq!(requests(chain, 2, 3), theirs[2..5]);
	assert!(requests(chain, 7, 100).is_empty());
}

#[test]
fn tokens_pools_and_custody_should_be_those_of_the_pallets() {
	let mut network = Network::open();
	network.deposit(ALPHA, CHARLIE, 1, 5_000_000);
	network.deposit(BETA, CHARLIE, 2, 5_000_000);
	network.create_pool(EVE, USDT_WETH);
	let first = network.serving_block();
	network.settle(&first);
	network.create_pool(EVE, USDT_WBTC);
	let chain = network.chain(ALPHA);
	let tokens = ask(chain, decode::tokens(metadata()));
	let listed: Vec<_> = tokens.iter().map(|token| (token.id.0, token.asset, token.owed)).collect();
	assert_eq!(listed, [(0, None, 0), (1, Some(1), 5_000_000), (2, Some(2), 0)]);
	for asset in token::ALPHA_ASSETS {
		let names = read(chain, decode::asset_names(metadata(), asset.id));
		assert_eq!(names, Some((asset.symbol.to_string(), asset.decimals)));
	}
	assert_eq!(read(chain, decode::asset_names(metadata(), 99)), None);

	let pools = ask(chain, decode::pools(metadata()));
	assert_eq!(pools.len(), 3);
	for (slot, ours) in pools {
		let theirs = chain.with(|| Amm::pool(slot)).expect("it is there");
		let state = match theirs.status {
			pallet_amm::Status::Queued => PoolState::Queued,
			pallet_amm::Status::Live { own, foreign, block } => {
				PoolState::Live { own, foreign, block }
			},
		};
		let theirs = client::Pool {
			params: theirs.params,
			side: theirs.side,
			creator: account(&theirs.creator),
			deposit: theirs.deposit,
			state,
		};
		assert_eq!(ours, theirs);
		let live =
			PoolState::Live { own: Amount::ZERO, foreign: Amount::ZERO, block: BlockNumber(1) };
		assert_eq!(ours.state, if slot == PoolSlot(0) { live } else { PoolState::Queued });
	}

	let custody = ask(chain, decode::custody(metadata()));
	assert_eq!(custody, account(&chain.with(Rollup::custody)));
	let held = read(chain, decode::asset_balance(metadata(), 1, custody));
	assert_eq!(held, Some(5_000_000 + token::ALPHA_ASSETS[0].min_balance));
	assert_eq!(read(chain, decode::asset_balance(metadata(), 9, custody)), None);
	let native = read(chain, decode::native_balance(metadata(), custody));
	assert_eq!(native, Some(token::EXISTENTIAL_DEPOSIT));
	let nobody = read(chain, decode::native_balance(metadata(), [77; 32]));
	assert_eq!(nobody, None);
}

#[test]
fn what_failed_to_be_paid_should_be_pending() {
	let mut network = Network::open();
	network.deposit(ALPHA, CHARLIE, 1, 50_000_000);
	let first = network.serving_block();
	network.settle(&first);
	let block_dave = pallet_assets::Call::block { id: 1.into(), who: DAVE.account().into() };
	let _ = network.chain(ALPHA).apply(ALICE, block_dave).ok();
	let second = network
		.block(|l| l.withdraw_to(ALPHA, CHARLIE, 1, DAVE.owner(), 3_000_000).expect("he has it"));
	network.settle(&second);
	let chain = network.chain(ALPHA);
	let dave = account(&DAVE.account());
	let pending = ask(chain, decode::pending_funds(metadata(), dave));
	assert_eq!(pending, [(TokenId(1), 3_000_000)]);
	let charlie = account(&CHARLIE.account());
	assert!(ask(chain, decode::pending_funds(metadata(), charlie)).is_empty());
}

#[test]
fn identity_people_and_clock_should_be_those_of_the_chain() {
	let mut network = Network::open();
	for id in [ALPHA, BETA] {
		let chain = network.chain(id);
		let identity = ask(chain, decode::identity(metadata())).expect("it is in a network");
		assert_eq!((identity.network.0, identity.chain), (1, id));
		assert_eq!(identity.chains, [ALPHA, BETA]);
		assert!(identity.network().is_ok());
		let operators = read(chain, decode::operators(metadata()));
		assert_eq!(operators, Some(vec![account(&ALICE.account())]));
		let guardian = read(chain, decode::guardian(metadata()));
		assert_eq!(guardian, Some(account(&BOB.account())));
		let time = read(chain, decode::time(metadata())).expect("it has a clock");
		assert_eq!(time / 1_000, chain.seconds());
	}
	let mut lonely = Chain::new("development", ChainId(1));
	assert_eq!(ask(&mut lonely, decode::identity(metadata())), None);
	assert_eq!(status(&mut lonely).parameters, None);
}

#[test]
fn epochs_members_and_votes_should_be_those_of_the_oracles() {
	let mut network = Network::open();
	let chain = network.chain(ALPHA);
	let members = oracles().map(|member| member.public().0);
	let three: Vec<_> = members[1..].to_vec();
	let schedule = pallet_root_oracle::Call::schedule_members {
		first_block: BlockNumber(100),
		members: three.clone().try_into().expect("few"),
	};
	assert_eq!(chain.root(schedule), Ok(()));
	let epochs = ask(chain, decode::epochs(metadata()));
	let theirs = chain.with(RootOracle::epochs);
	assert_eq!(epochs.len(), 2);
	for (ours, theirs) in epochs.iter().zip(theirs) {
		let theirs = client::Epoch {
			number: theirs.number,
			first_block: theirs.first_block,
			usable_from: theirs.usable_from,
			hash: theirs.hash,
			ended: theirs.ended,
			members: vec![],
		};
		assert_eq!(*ours, theirs);
	}
	assert_eq!(ask(chain, decode::members_of(metadata(), 0)), Some(members.to_vec()));
	assert_eq!(ask(chain, decode::members_of(metadata(), 1)), Some(three));
	assert_eq!(ask(chain, decode::members_of(metadata(), 2)), None);

	network.deposit(ALPHA, CHARLIE, 1, 5_000_000);
	let first = network.serving_block();
	network.settle(&first);
	let chain = network.chain(ALPHA);
	let votes = ask(chain, decode::votes(metadata(), BlockNumber(1))).expect("it is certified");
	let theirs = chain.with(|| RootOracle::votes(BlockNumber(1))).expect("it is certified");
	assert_eq!(votes.epoch, theirs.epoch);
	assert_eq!((votes.signers, votes.others), (theirs.signers, theirs.others));
	assert_eq!(ask(chain, decode::votes(metadata(), BlockNumber(2))), None);
}

#[test]
fn keys_should_be_those_of_the_verifier_to_the_byte() {
	let mut network = Network::open();
	let chain = network.chain(ALPHA);
	let retire = pallet_proof_verifier::Call::retire_key {
		version: 1,
		circuit: CircuitId::Join(JoinClass::new(1).unwrap()),
	};
	assert_eq!(chain.root(retire), Ok(()));
	let keys = ask(chain, decode::keys(metadata()));
	let theirs = chain.with(ProofVerifier::keys);
	assert!(keys.len() > 3 && keys.len() == theirs.len());
	assert_eq!(keys.iter().filter(|key| key.retired).count(), 1);
	for (ours, (version, circuit, info)) in keys.into_iter().zip(theirs) {
		let circuit = match circuit {
			CircuitId::Chain(class) => Circuit::Chain(class),
			CircuitId::Join(class) => Circuit::Join(class),
		};
		assert_eq!((ours.version, ours.circuit, ours.digest), (version, circuit, info.digest));
		assert_eq!((ours.usable_from, ours.retired), (info.usable_from, info.retired));
		assert!(ours.development, "the presets have development keys");

		let item = decode::prepared_key(metadata(), version, ours.circuit);
		let prepared = read(chain, item).expect("it is stored");
		let bytes = decode::key_bytes(&prepared, &ours.digest).expect("it is a key");
		// The pallet makes the same key of these bytes.
		let key = Box::new(bytes.try_into().expect("as long as a key"));
		let inspected = chain.with(|| ProofVerifier::inspect_key(key)).expect("a key");
		assert_eq!(inspected.0, ours.digest);
		assert!(decode::key_bytes(&prepared, &[0; 32]).is_err(), "another key's digest");
		assert!(decode::key_bytes(&prepared[1..], &ours.digest).is_err(), "a byte is missing");
	}
}
