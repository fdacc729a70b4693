// SPDX-License-Identifier: Apache-2.0

//! Snapshots: what was saved is what is loaded, and nothing else is.

use super::world::*;
use crate::{
	ChainState, Ledger, ResumeError,
	snapshot::{LoadError, SaveError, TAG, load, load_file, save, save_file},
	tree::Sequential,
};
use ligature_primitives::{
	header::Header,
	ids::{BlockNumber, ChainId, Side, TokenId},
	op::Target,
	poseidon::Word,
	refusal::Refusal,
};

/// A sealed ledger with accounts, keys, pools and shares.
fn sealed() -> World {
	let mut world = World::with_pools();
	world.apply(world.swap(AB, Side::Zero, 7_001, |body| body.fee = fee(3))).unwrap();
	world.deposit(B, 5, 511, u128::MAX >> 16, Target::New).unwrap();
	world.seal();
	world.ledger.abandon();
	world
}

fn bytes(state: &ChainState) -> Vec<u8> {
	let mut bytes = Vec::new();
	save(state, &mut bytes).unwrap();
	bytes
}

/// The state as if it had not gone through blocks.
fn without_history(state: &ChainState) -> ChainState {
	let mut state = state.clone();
	state.prune(0);
	state
}

/// The head of a snapshot of chain A with no pools and these accounts.
fn head(accounts: u32, root: Word) -> Vec<u8> {
	let root = ligature_primitives::poseidon::word_to_bytes(&root);
	[&TAG[..], &[A.0], &accounts.to_be_bytes(), &[0, 0], &root].concat()
}

#[test]
fn loading_should_give_what_was_saved() {
	for state in sealed().ledger.states() {
		let bytes = bytes(state);
		let loaded = load(state.chain(), &bytes[..], &Sequential).unwrap();
		assert_eq!(loaded, without_history(state));
		assert_same(&loaded, state);
		assert_eq!(self::bytes(&loaded), bytes, "a state has one snapshot");
	}
}

#[test]
fn more_accounts_than_a_batch_should_load() {
	let mut state = ChainState::new(A);
	for number in 0..(1u32 << 12) + 3 {
		let account = state.create(owner(1), u32::MAX).unwrap();
		state.set_balance(account, TokenId((number % 1024) as u16), amount(number.into()));
	}
	state.seal(&Sequential);
	let loaded = load(A, &bytes(&state)[..], &Sequential).unwrap();
	assert_eq!((loaded.root(), loaded.next()), (state.root(), state.next()));
	assert!(loaded.accounts().eq(state.accounts()));
}

#[test]
fn a_changed_byte_should_be_refused() {
	let world = sealed();
	let state = world.ledger.state(B).unwrap();
	let bytes = bytes(state);
	for at in 0..bytes.len() {
		for bit in [0, 7] {
			let mut bytes = bytes.clone();
			bytes[at] ^= 1 << bit;
			assert!(load(B, &bytes[..], &Sequential).is_err(), "byte {at}, bit {bit}");
		}
		let cut = load(B, &bytes[..at], &Sequential).unwrap_err();
		assert!(matches!(cut, LoadError::UnexpectedEnd), "{at} bytes: {cut}");
	}
	let longer = [&bytes[..], &[0]].concat();
	assert!(matches!(load(B, &longer[..], &Sequential), Err(LoadError::TrailingBytes)));
}

#[test]
fn damage_should_have_its_name() {
	let empty = ChainState::new(A).root();
	let refuse = |bytes: Vec<u8>| load(A, &bytes[..], &Sequential).unwrap_err();
	let mut other = head(0, empty);
	other[15] = b'2';
	assert!(matches!(refuse(other), LoadError::NotASnapshot));
	let found = load(B, &head(0, empty)[..], &Sequential);
	assert!(matches!(found, Err(LoadError::WrongChain { wanted: B, found: A })));
	let many = refuse(head((1 << 24) + 1, empty));
	assert!(matches!(many, LoadError::Head(Refusal::IndexTooLarge)));
	assert!(matches!(refuse(head(1, empty)), LoadError::UnexpectedEnd));
	let wrong = refuse(head(0, empty + Word::from(1)));
	assert!(matches!(wrong, LoadError::RootMismatch { computed, .. } if computed == empty));

	let account = |owner: u8, balances: &[u8]| {
		let record = [&[owner; 32][..], &[0; 36], balances].concat();
		let length = (record.len() as u16).to_be_bytes();
		refuse([&head(1, empty)[..], &length, &record].concat())
	};
	for (error, refusal) in [
		(account(0, &[]), Refusal::OwnerZero),
		(account(1, &[4, 0, 0xD1, 9]), Refusal::TokenOutOfRange),
		(account(1, &[0, 1, 0xD0]), Refusal::AmountZero),
		(account(1, &[0, 1, 0xD2, 0, 9]), Refusal::NonCanonicalAmount),
		(account(1, &[0, 1, 0xD1, 9, 0, 1, 0xD1, 9]), Refusal::NonCanonicalToken),
		(account(1, &[0, 1, 0xD1, 9, 0, 0, 0xD1, 9]), Refusal::NonCanonicalToken),
		(account(1, &[0]), Refusal::UnexpectedEnd),
	] {
		let LoadError::Account { account: 0, refusal: found } = error else {
			panic!("{refusal:?}: {error}")
		};
		assert_eq!(found, refusal);
	}

	let pool = |change: &dyn Fn(&mut [u8])| {
		let mut bytes = bytes(sealed().ledger.state(A).unwrap());
		// The first pool follows the head.
		change(&mut bytes[55..]);
		refuse(bytes)
	};
	let length = 57;
	let expect = |error: LoadError, refusal| match error {
		LoadError::Pool { refusal: found, .. } => assert_eq!(found, refusal),
		other => panic!("{refusal:?}: {other}"),
	};
	expect(pool(&|it| it[8] = 2), Refusal::WrongSide);
	expect(pool(&|it| it[8] = 1), Refusal::WrongSide);
	expect(pool(&|it| it[0] = 0xFF), Refusal::BadPoolParams);
	expect(pool(&|it| it[9] = 1), Refusal::AmountTooLarge);
	expect(pool(&|it| it.copy_within(..length, length)), Refusal::PoolExists);
	// The third is side 1 of a pool on this chain; it has no supply.
	expect(pool(&|it| it[3 * length - 1] = 1), Refusal::WrongSide);
}

#[test]
fn totals_should_keep_their_limit() {
	let most = [0xDE].into_iter().chain([0xFF; 14]);
	let record: Vec<u8> = [1; 32].into_iter().chain([0; 36]).chain([0, 1]).chain(most).collect();
	let length = (record.len() as u16).to_be_bytes();
	let accounts = [&length[..], &record].concat().repeat(2);
	let bytes = [head(2, Word::from(1)), accounts].concat();
	let Err(LoadError::Account { account: 1, refusal: Refusal::OwedOverflow }) =
		load(A, &bytes[..], &Sequential)
	else {
		panic!("two such balances are more than a chain may owe")
	};
}

#[test]
fn an_open_block_should_not_be_saved() {
	let mut world = sealed();
	world.begin();
	let operation = world.transfer(1, |_| ());
	world.ledger.apply(&operation.into()).unwrap();
	let state = world.ledger.state(A).unwrap();
	assert!(matches!(save(state, &mut Vec::new()), Err(SaveError::BlockOpen)));
}

#[test]
fn files_should_be_replaced_whole() {
	let folder = tempfile::tempdir().unwrap();
	let path = folder.path().join("chain-1");
	let world = sealed();
	let state = world.ledger.state(A).unwrap();
	save_file(&ChainState::new(A), &path).unwrap();
	save_file(state, &path).unwrap();
	assert_eq!(load_file(A, &path, &Sequential).unwrap(), without_history(state));
	assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
	let missing = load_file(A, &folder.path().join("nothing"), &Sequential);
	assert!(matches!(missing, Err(LoadError::Io(_))));
}

#[test]
fn a_ledger_should_resume_from_the_states_of_its_header_only() {
	let mut world = World::with_pools();
	let block = world.seal();
	world.ledger.abandon();
	let genesis =
		Header::genesis(world.ledger.network(), [0; 32], [0; 32], ChainState::new(A).root());
	let header = Header {
		number: block.number,
		timestamp: block.timestamp,
		chains: block.chains.iter().map(|chain| chain.header.clone()).collect(),
		..genesis.clone()
	};
	let states = world.ledger.states().to_vec();
	let resumed = Ledger::resume(&header, states.clone()).unwrap();
	world.ledger.prune(0);
	assert_eq!(resumed, world.ledger);

	let refuse = |header: &Header, states: &[ChainState], error| {
		assert_eq!(Ledger::resume(header, states.to_vec()), Err(error));
	};
	refuse(&header, &states[1..], ResumeError::Chains);
	refuse(&header, &[&states[1..], &states[..1]].concat(), ResumeError::Chains);
	refuse(&genesis, &states, ResumeError::WrongState(A));
	let mut wrong = header.clone();
	wrong.chains[2].new_next += 1;
	refuse(&wrong, &states, ResumeError::WrongState(C));
	let mut alone = header.clone();
	alone.chains.truncate(1);
	refuse(&alone, &states[..1], ResumeError::Network(Refusal::ChainCount));
	let mut open = states.clone();
	open[1].create(owner(9), u32::MAX).unwrap();
	refuse(&header, &open, ResumeError::BlockOpen(ChainId(2)));
	assert_eq!(resumed.number(), BlockNumber(block.number.0));
}
