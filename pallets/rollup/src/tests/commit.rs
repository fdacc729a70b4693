// SPDX-License-Identifier: Apache-2.0

//! Commit: what a block must be, check by check, in the order in which they are made.

use polkadot_sdk::*;

use super::world::*;
use crate::{
	Blocks, Call, Effects, Error, Event, Pallet, Pending, PriorityQueue, Progress, Refusals,
	Requests, StoredBlock, TopLevelCommit, WeightInfo,
	commit::{MAX_AHEAD, MAX_BEHIND},
	mock::*,
};
use frame_support::{
	assert_noop, assert_ok,
	dispatch::{DispatchResultWithPostInfo, Pays},
};
use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	header::Header,
	ids::{BlockNumber, ChainId, NetworkId, PoolSlot, Side, Timestamp, TokenId},
	keys::PublicKey,
	op::{Half, Payment},
	poseidon::{Word, word_to_bytes},
	priority::PriorityRequest,
	pubdata::{PublicData, Register, UnservedData},
};
use sp_runtime::{DispatchError, traits::Dispatchable};

fn error(result: DispatchResultWithPostInfo) -> Result<(), DispatchError> {
	result.map(drop).map_err(|error| error.error)
}

/// Block 1 serves deposits of persons 1 and 2, and nothing is committed.
fn with_block(test: impl FnOnce(&mut World, Block)) {
	ExtBuilder::default().build_and_execute(|| {
		deposit(1, 1, 1_000);
		deposit(2, 1, 2_000);
		let mut world = World::new();
		let block = world.serving();
		take_events();
		test(&mut world, block);
	});
}

/// Asserts that the block is refused with another header, for this reason, and taken with its own.
#[track_caller]
fn refuse(block: &Block, wrong: Error<Test>, change: impl FnOnce(&mut Header)) {
	assert_noop!(error(commit(&block.with(change))), wrong);
}

/// The same block with other public data, to which the header commits.
fn with_data(block: &Block, change: impl FnOnce(&mut PublicData)) -> (Block, Vec<u8>) {
	let mut data = block.part().data.clone();
	change(&mut data);
	let class = block.part().header.size_class;
	let bytes = data.encode(class).expect("the data keeps its form");
	let place = block.header.chains.iter().position(|part| part.chain == block.part().header.chain);
	let block = block.with(|header| {
		let part = &mut header.chains[place.expect("a part per chain")];
		part.data_length = bytes.len() as u32;
		part.data_commitment = data.commitment(class).expect("the data keeps its form");
		part.priority_count = data.halves.iter().filter(|half| half.is_priority()).count() as u16;
		let created = data.halves.iter().filter(|half| half.creates()).count() as u32;
		part.new_next = part.old_next + created;
	});
	(block, bytes)
}

#[test]
fn a_block_should_be_stored_with_what_it_will_do() {
	with_block(|_, block| {
		let (weight, pays) = weight(commit(&block));
		assert_eq!(
			weight,
			Some(Pallet::<Test>::commit_weight_of(block.part().header.size_class, 2))
		);
		assert_eq!(pays, Pays::No);
		let (number, hash) = (BlockNumber(1), block.hash());
		assert_eq!(Progress::<Test>::get().committed, number);
		let stored = StoredBlock {
			header: block.header.clone(),
			hash,
			committed_at: 1,
			certified_at: None,
			creating: 2,
		};
		assert_eq!(Blocks::<Test>::get(number), Some(stored));
		assert_eq!(Pending::<Test>::get(number), Some(Effects::default()));
		let queue = PriorityQueue::<Test>::get();
		assert_eq!((queue.executed, queue.committed, queue.next, queue.creating), (0, 2, 2, 0));
		assert_eq!(Requests::<Test>::iter().count(), 2);
		let committed = Event::BlockCommitted { number, hash, block: 1, extrinsic: 3 };
		assert_eq!(take_events(), [committed]);
		let classes = vec![SizeClass::new(2).expect("a class"), SizeClass::EMPTY];
		assert_eq!(KeysAsked::get(), [(1, JoinClass::EMPTY, classes)]);
	});
}

#[test]
fn payments_pools_and_reserves_should_wait_for_execution() {
	ExtBuilder::default().build_and_execute(|| {
		deposit(1, 1, 1_000_000);
		request_pool();
		let who = RuntimeOrigin::signed(account(1));
		assert_ok!(Rollup::request_full_exit(who.clone(), index(0), TokenId(2)));
		let mut world = World::new();
		let block = world.block(|world| {
			world.deposit_on(B, 1, TokenId(0), 1_000_000);
			world.create_pool_elsewhere();
			world.add_liquidity(1, 100_000, 50_000);
			world.withdraw(A, 1, owner(8), TokenId(1), 30);
			world.withdraw(A, 1, owner(8), TokenId(1), 30);
			world.withdraw(A, 1, owner(8), TokenId(1), 0);
		});
		assert_ok!(commit(&block));
		// The exit found nothing, and a withdrawal was of nothing: neither is paid.
		let payment = Payment { token: TokenId(1), receiver: owner(8), amount: amount(30) };
		let register =
			Register { slot: PoolSlot(0), own: amount(100_000), foreign: amount(50_000) };
		let effects = Pending::<Test>::get(BlockNumber(1)).expect("the block is committed");
		assert_eq!(effects.payments[..], [payment, payment]);
		assert_eq!(effects.created[..], [PoolSlot(0)]);
		assert_eq!(effects.registers[..], [register]);
	});
}

#[test]
fn a_commit_should_come_from_its_operator_and_stand_alone() {
	with_block(|_, block| {
		let [first, second] = operators().try_into().expect("two operators");
		let send = |who| error(commit_as(who, &block, block.data()));
		assert_noop!(send(second), Error::<Test>::NotYourTurn);
		assert_noop!(send(account(1)), Error::<Test>::NotOperator);
		// Without the mark of the transaction extension, and with one of another extrinsic.
		let call = RuntimeCall::from(commit_call(&block, block.data()));
		System::set_extrinsic_index(3);
		let dispatch = || call.clone().dispatch(RuntimeOrigin::signed(first.clone()));
		assert_noop!(error(dispatch()), Error::<Test>::NotTopLevel);
		TopLevelCommit::<Test>::put(2);
		assert_noop!(error(dispatch()), Error::<Test>::NotTopLevel);
		TopLevelCommit::<Test>::put(3);
		assert_ok!(dispatch());
	});
}

#[test]
fn a_priority_counter_inside_a_batch_of_commits_should_not_move() {
	with_block(|world, block| {
		let next = world.elsewhere();
		let first = RuntimeOrigin::signed(operators()[0].clone());
		System::set_extrinsic_index(3);
		TopLevelCommit::<Test>::put(3);
		assert_ok!(RuntimeCall::from(commit_call(&block, block.data())).dispatch(first.clone()));
		// The mark is used up: the second of one extrinsic is refused.
		let second = RuntimeCall::from(commit_call(&next, next.data())).dispatch(first);
		assert_noop!(error(second), Error::<Test>::NotTopLevel);
		assert_eq!(PriorityQueue::<Test>::get().committed, 2);
		assert_ok!(commit(&next));
	});
}

#[test]
fn commits_should_stop_when_the_rollup_is_halted_or_over() {
	with_block(|_, block| {
		assert_ok!(Rollup::halt(RuntimeOrigin::signed(guardian())));
		assert_noop!(error(commit(&block)), Error::<Test>::RollupHalted);
		assert_ok!(Rollup::resume(RuntimeOrigin::root()));
		advance(PERIODS.expiry);
		assert_ok!(Rollup::enter_exodus(RuntimeOrigin::signed(account(9))));
		assert_noop!(error(commit(&block)), Error::<Test>::InExodus);
	});
}

#[test]
fn a_commit_should_be_refused_when_the_network_is_not_open() {
	let block = ExtBuilder::default().build_and_execute(|| World::new().serving());
	ExtBuilder::default().closed().build_and_execute(|| {
		let bytes = block.sealed.chains[0].bytes.clone();
		let early = commit_as(operators()[0].clone(), &block, bytes);
		assert_noop!(error(early), Error::<Test>::NetworkNotOpen);
	});
	ExtBuilder::alone().build_and_execute(|| {
		let bytes = block.sealed.chains[0].bytes.clone();
		let foreign = commit_as(operators()[0].clone(), &block, bytes);
		assert_noop!(error(foreign), Error::<Test>::NoNetwork);
	});
}

#[test]
fn only_so_many_blocks_should_be_open() {
	ExtBuilder::default().build_and_execute(|| {
		let mut world = World::new();
		let blocks: Vec<_> = (0..MAX_OPEN_BLOCKS).map(|_| world.elsewhere()).collect();
		for block in &blocks {
			assert_ok!(commit(block));
		}
		let next = world.elsewhere();
		assert_noop!(error(commit(&next)), Error::<Test>::TooManyOpenBlocks);
		assert_ok!(prove(&blocks[0]));
		assert_ok!(certify(&blocks[0]));
		assert_noop!(error(commit(&next)), Error::<Test>::TooManyOpenBlocks);
		assert_ok!(execute(&blocks[0]));
		assert_ok!(commit(&next));
	});
}

#[test]
fn a_header_of_another_network_or_list_of_chains_should_be_refused() {
	with_block(|_, block| {
		refuse(&block, Error::WrongNetwork, |header| header.network = NetworkId(8));
		refuse(&block, Error::WrongNetwork, |header| header.chain_list_hash[0] ^= 1);
		refuse(&block, Error::WrongNetwork, |header| header.chains[1].chain = ChainId(3));
		refuse(&block, Error::WrongNetwork, |header| {
			let mut third = header.chains[1].clone();
			third.chain = ChainId(3);
			header.chains.push(third);
		});
		refuse(&block, Error::WrongNetwork, |header| header.chains.truncate(1));
		assert_ok!(commit(&block));
	});
}

#[test]
fn a_header_should_be_the_next_one() {
	with_block(|world, block| {
		refuse(&block, Error::WrongNumber, |header| header.number = BlockNumber(2));
		refuse(&block, Error::WrongNumber, |header| header.number = BlockNumber(0));
		refuse(&block, Error::WrongParent, |header| header.parent[0] ^= 1);
		refuse(&block, Error::WrongRevertEpoch, |header| header.revert_epoch = 1);
		assert_ok!(commit(&block));
		assert_noop!(error(commit(&block)), Error::<Test>::WrongNumber);
		// The number after the last one there could be.
		refuse(&block, Error::WrongNumber, |header| header.number = BlockNumber(u64::MAX - 15));
		let next = world.elsewhere();
		refuse(&next, Error::WrongParent, |header| header.parent = world.headers[0].hash());
		assert_ok!(commit(&next));
	});
}

#[test]
fn a_header_should_name_the_oracles_that_this_chain_expects() {
	with_block(|_, block| {
		refuse(&block, Error::WrongOracleEpoch, |header| header.oracle_epoch = 1);
		refuse(&block, Error::WrongOracleEpoch, |header| header.member_set_hash[0] ^= 1);
		let early = DispatchError::Other("the notice is not over");
		OracleAnswer::set(Err(early));
		assert_noop!(error(commit(&block)), early);
		OracleAnswer::set(Ok((0, members())));
		assert_ok!(commit(&block));
	});
}

#[test]
fn a_time_at_the_edges_should_be_taken_and_beyond_them_refused() {
	let at = |time| {
		move |header: &mut Header| {
			header.timestamp = Timestamp::new(time).expect("a time");
		}
	};
	for good in [START + MAX_AHEAD, START - MAX_BEHIND] {
		with_block(|_, block| {
			assert_ok!(commit(&block.with(at(good))));
		});
	}
	with_block(|_, block| {
		refuse(&block, Error::TimestampTooLate, at(START + MAX_AHEAD + 1));
		refuse(&block, Error::TimestampTooLate, at(Timestamp::MAX.get()));
		refuse(&block, Error::TimestampTooEarly, at(START - MAX_BEHIND - 1));
		refuse(&block, Error::TimestampTooEarly, at(0));
	});
}

#[test]
fn timestamp_bricking_should_cost_a_minute_at_most() {
	ExtBuilder::default().build_and_execute(|| {
		let mut world = World::new();
		let late = world.elsewhere().with(|header| {
			header.timestamp = Timestamp::new(START + MAX_AHEAD).expect("a time");
		});
		assert_ok!(commit(&late));
		// A block built by the clock is before its parent until the clock has caught up.
		*world.headers.last_mut().expect("block 1") = late.header.clone();
		let next = world.elsewhere();
		assert_noop!(error(commit(&next)), Error::<Test>::TimestampOrder);
		advance(MAX_AHEAD / 2);
		let now = START + MAX_AHEAD;
		let next = next.with(|header| header.timestamp = Timestamp::new(now).expect("a time"));
		assert_ok!(commit(&next));
	});
}

#[test]
fn a_header_should_name_keys_that_may_be_used() {
	with_block(|_, block| {
		refuse(&block, Error::UnknownKeys, |header| header.keys_digest[0] ^= 1);
		let retired = DispatchError::Other("retired");
		KeysAnswer::set(Err(retired));
		assert_noop!(error(commit(&block)), retired);
		KeysAnswer::set(Ok(block.header.keys_digest));
		assert_ok!(commit(&block));
	});
}

#[test]
fn a_header_should_continue_the_state_of_every_chain() {
	with_block(|_, block| {
		for chain in [0, 1] {
			refuse(&block, Error::OldStateMismatch, |header| {
				header.chains[chain].old_root = Word::from(1);
			});
			refuse(&block, Error::OldStateMismatch, |header| header.chains[chain].old_next = 1);
		}
		assert_ok!(commit(&block));
	});
	ExtBuilder::default().build_and_execute(|| {
		let mut world = World::new();
		settle(&world.elsewhere());
		let next = world.elsewhere();
		// Indices never fall, on no chain.
		refuse(&next, Error::OldStateMismatch, |header| header.chains[1].new_next = 0);
		assert_ok!(commit(&next));
	});
}

#[test]
fn an_empty_half_with_public_data_should_be_refused() {
	with_block(|_, block| {
		let base = &block;
		refuse(base, Error::BadEmptyHalf, |header| header.chains[0].size_class = SizeClass::EMPTY);
		refuse(base, Error::BadEmptyHalf, |header| header.chains[0].data_length = 0);
		// The other chain's half is empty, and does nothing.
		let changes: [fn(&mut ligature_primitives::header::ChainHeader); 7] = [
			|half| half.new_root = Word::from(1),
			|half| half.new_next = 1,
			|half| half.data_commitment = Word::from(1),
			|half| half.data_length = 1,
			|half| half.log_commitment = Word::from(1),
			|half| half.priority_count = 1,
			|half| half.fee_account = index(1),
		];
		for change in changes {
			refuse(base, Error::BadEmptyHalf, |header| change(&mut header.chains[1]));
		}
		// And this chain takes no bytes for an empty half.
		let bytes = block.data();
		let empty = block.with(|header| {
			let half = &mut header.chains[0];
			*half = ligature_primitives::header::ChainHeader::unchanged(A, half.old_root, 0);
		});
		let sent = commit_as(operators()[0].clone(), &empty, bytes);
		assert_noop!(error(sent), Error::<Test>::DataLength);
		assert_ok!(commit(&block));
	});
}

#[test]
fn a_join_should_fit_the_joint_operations() {
	with_block(|_, block| {
		let class = |class| JoinClass::new(class).expect("a class");
		refuse(&block, Error::BadJoinClass, |header| header.join_class = class(1));
		refuse(&block, Error::BadJoinClass, |header| {
			header.join_class = class(1);
			header.chains[0].log_count = 1;
			header.chains[0].log_commitment = Word::from(1);
		});
		refuse(&block, Error::BadJoinClass, |header| {
			header.join_class = class(1);
			header.chains[0].log_count = 18;
			header.chains[0].log_commitment = Word::from(1);
		});
		refuse(&block, Error::BadJoinClass, |header| header.chains[0].log_count = 2);
		assert_ok!(commit(&block));
	});
}

#[test]
fn public_data_should_be_as_long_as_the_header_says() {
	with_block(|_, block| {
		let operator = operators()[0].clone();
		let longer = [&block.data()[..], &[0]].concat();
		let shorter = block.data()[1..].to_vec();
		for data in [longer, shorter, vec![]] {
			let sent = commit_as(operator.clone(), &block, data);
			assert_noop!(error(sent), Error::<Test>::DataLength);
		}
		assert_ok!(commit(&block));
	});
}

#[test]
fn public_data_should_have_its_one_form() {
	with_block(|_, block| {
		let operator = operators()[0].clone();
		let mut unknown = block.data();
		// After the count of registers stands the first half's head.
		unknown[1] = 0xFF;
		let sent = commit_as(operator.clone(), &block, unknown);
		assert_noop!(error(sent), Error::<Test>::MalformedPublicData);
		// More than the class holds.
		let class = block.part().header.size_class;
		let long = vec![0; class.max_public_data() + 1];
		let grown = block.with(|header| header.chains[0].data_length = long.len() as u32);
		let sent = commit_as(operator, &grown, long);
		assert_noop!(error(sent), Error::<Test>::MalformedPublicData);
	});
}

#[test]
fn public_data_should_be_what_the_header_commits_to() {
	with_block(|_, block| {
		refuse(&block, Error::CommitmentMismatch, |header| {
			header.chains[0].data_commitment += Word::from(1);
		});
		// Another class hashes other slots.
		refuse(&block, Error::CommitmentMismatch, |header| {
			header.chains[0].size_class = SizeClass::new(3).expect("a class");
		});
		let (_, other) = with_data(&block, |data| data.halves.swap(0, 1));
		let sent = commit_as(operators()[0].clone(), &block, other);
		assert_noop!(error(sent), Error::<Test>::CommitmentMismatch);
	});
}

#[test]
fn a_commitment_of_the_field_size_or_more_should_not_decode() {
	use codec::{Decode, Encode};
	with_block(|_, block| {
		let call = commit_call(&block, block.data());
		let bytes = call.encode();
		assert!(Call::<Test>::decode(&mut &bytes[..]).is_ok());
		let header = block.header.encode();
		let commitment = ligature_primitives::header::HEAD_BYTES + 78;
		let start = bytes.windows(header.len()).position(|part| part == header).expect("inside");
		let mut large = bytes;
		large[start + commitment..][..32].fill(0xFF);
		assert!(Call::<Test>::decode(&mut &large[..]).is_err());
	});
}

#[test]
fn deposits_should_not_be_stopped_by_a_forged_next_index() {
	with_block(|_, block| {
		let full = ligature_primitives::constants::MAX_ACCOUNTS;
		for next in [0, 1, 3, full] {
			refuse(&block, Error::OldStateMismatch, |header| header.chains[0].new_next = next);
		}
		assert_ok!(commit(&block));
		deposit(3, 1, 1_000);
	});
}

#[test]
fn reordered_priority_operations_should_be_refused() {
	with_block(|_, block| {
		let (swapped, bytes) = with_data(&block, |data| data.halves.swap(0, 1));
		let sent = commit_as(operators()[0].clone(), &swapped, bytes);
		assert_noop!(error(sent), Error::<Test>::PriorityMismatch);
	});
}

#[test]
fn forged_priority_operations_should_be_refused() {
	with_block(|_, block| {
		let operator = operators()[0].clone();
		let forge = |change: fn(&mut ligature_primitives::op::DepositHalf)| {
			with_data(&block, |data| {
				let Half::Deposit(half) = &mut data.halves[0] else { panic!("a deposit") };
				change(half);
			})
		};
		for (forged, bytes) in [
			forge(|half| half.amount = amount(1_001)),
			forge(|half| half.token = TokenId(2)),
			forge(|half| half.owner = owner(4)),
			forge(|half| half.key = None),
			forge(|half| half.key = Some(key(4))),
		] {
			let sent = commit_as(operator.clone(), &forged, bytes);
			assert_noop!(error(sent), Error::<Test>::PriorityMismatch);
		}
		// The first one left out, and one of another kind in its place.
		let (later, bytes) = with_data(&block, |data| data.halves = data.halves[1..].to_vec());
		let sent = commit_as(operator.clone(), &later, bytes);
		assert_noop!(error(sent), Error::<Test>::PriorityMismatch);
		// One more than there are.
		let (more, bytes) = with_data(&block, |data| data.halves.push(data.halves[1].clone()));
		let sent = commit_as(operator.clone(), &more, bytes);
		assert_noop!(error(sent), Error::<Test>::PriorityMissing);
		// Fewer than are queued may be served, in order.
		let (first, bytes) = with_data(&block, |data| data.halves.truncate(1));
		assert_ok!(commit_as(operator, &first, bytes));
		assert_eq!(PriorityQueue::<Test>::get().committed, 1);
	});
}

/// The commit does not look at the order of keys: none but those of the queue are taken.
#[test]
fn a_key_that_is_none_should_be_refused_when_it_stands_in_public_data() {
	// The identity, and a point of the order 2: y is 1, and −1.
	let mut identity = [0; 32];
	identity[0] = 1;
	let low_order = word_to_bytes(&-Word::from(1));
	with_block(|_, block| {
		let operator = operators()[0].clone();
		let class = block.part().header.size_class;
		let forge = |key: [u8; 32]| {
			let mut bytes = block.data();
			let first = super::world::key(1).0;
			let at = bytes.windows(32).position(|window| window == first);
			let at = at.expect("the first deposit has a key");
			bytes[at..at + 32].copy_from_slice(&key);
			let data = UnservedData::decode_located(&bytes, class).expect("the form is kept");
			(data.commitment(class), bytes)
		};
		for key in [identity, low_order] {
			assert!(PublicKey(key).decode_point().is_ok());
			assert!(PublicKey(key).validate().is_err());
			let (commitment, bytes) = forge(key);
			let forged = block.with(|header| {
				header.chains[0].data_commitment = commitment.expect("a point has a word");
			});
			let sent = commit_as(operator.clone(), &forged, bytes);
			assert_noop!(error(sent), Error::<Test>::PriorityMismatch);
		}
		// What is no point cannot even be hashed.
		let (commitment, bytes) = forge([0xFF; 32]);
		assert!(commitment.is_err());
		let sent = commit_as(operator, &block, bytes);
		assert_noop!(error(sent), Error::<Test>::MalformedPublicData);
		assert_ok!(commit(&block));
	});
}

#[test]
fn the_header_should_count_the_priority_operations() {
	with_block(|_, block| {
		for count in [0, 1, 3, u16::MAX] {
			refuse(&block, Error::PriorityMismatch, |header| {
				header.chains[0].priority_count = count;
			});
		}
		assert_ok!(commit(&block));
	});
}

#[test]
fn requests_should_be_served_once() {
	with_block(|world, block| {
		assert_ok!(commit(&block));
		let next = world.elsewhere();
		let half = block.part().data.halves[0].clone();
		let again = next.with(|header| {
			let data = PublicData { registers: vec![], halves: vec![half.clone()] };
			let class = SizeClass::new(1).expect("a class");
			let part = &mut header.chains[0];
			part.size_class = class;
			part.new_root = Word::from(5);
			part.new_next += 1;
			part.data_length = data.encode(class).expect("one half").len() as u32;
			part.data_commitment = data.commitment(class).expect("one half");
			part.priority_count = 1;
		});
		let data = PublicData { registers: vec![], halves: vec![half] };
		let bytes = data.encode(SizeClass::new(1).expect("a class")).expect("one half");
		let sent = commit_as(operators()[0].clone(), &again, bytes);
		assert_noop!(error(sent), Error::<Test>::PriorityMissing);
	});
}

#[test]
fn all_kinds_of_requests_should_be_served() {
	ExtBuilder::default().build_and_execute(|| {
		deposit(1, 1, 1_000);
		let who = RuntimeOrigin::signed(account(1));
		assert_ok!(Rollup::change_pub_key(who.clone(), Some(index(0)), key(2)));
		assert_ok!(Rollup::change_pub_key(who.clone(), None, key(3)));
		assert_ok!(Rollup::change_pub_key(RuntimeOrigin::signed(account(2)), None, key(2)));
		request_pool();
		assert_ok!(Rollup::request_full_exit(who.clone(), index(0), TokenId(1)));
		assert_ok!(Rollup::request_full_exit(who, index(0), TokenId(512)));
		let mut world = World::new();
		let block = world.serving();
		assert_eq!(block.part().header.priority_count, 7);
		assert_ok!(commit(&block));
		let stored = Blocks::<Test>::get(BlockNumber(1)).expect("it is committed");
		// The deposit and the two changes of any key.
		assert_eq!(stored.creating, 3);
		assert_eq!(PriorityQueue::<Test>::get().creating, 0);
		let kinds: Vec<_> = (0..7)
			.map(|index| Requests::<Test>::get(index).expect("stored until executed").request)
			.map(|request| matches!(request, PriorityRequest::FullExit { .. }))
			.collect();
		assert_eq!(kinds, [false, false, false, false, false, true, true]);
	});
}

#[test]
fn a_withdrawal_of_a_token_that_nobody_knows_should_be_refused() {
	ExtBuilder::default().build_and_execute(|| {
		deposit(1, 1, 1_000);
		let mut world = World::new();
		let block = world.block(|world| world.withdraw(A, 1, owner(8), TokenId(1), 30));
		let (forged, bytes) = with_data(&block, |data| {
			let Half::Withdraw(half) = &mut data.halves[1] else { panic!("a withdrawal") };
			half.token = TokenId(3);
		});
		let sent = commit_as(operators()[0].clone(), &forged, bytes);
		assert_noop!(error(sent), Error::<Test>::UnknownToken);
		assert_ok!(commit(&block));
	});
}

#[test]
fn a_commit_racing_a_refusal_should_be_refused() {
	with_block(|_, block| {
		Refusals::<Test>::insert(BlockNumber(1), block.hash(), ());
		assert_noop!(error(commit(&block)), Error::<Test>::BlockIsRefused);
		let now = block.header.timestamp.get();
		let other = block.with(|header| {
			header.timestamp = Timestamp::new(now + 1).expect("a time");
		});
		assert_ok!(commit(&other));
	});
}

#[test]
fn the_other_chain_should_take_its_own_half_of_the_same_header() {
	ExtBuilder::default().chain(2).build_and_execute(|| {
		deposit(1, 0, 1_000);
		let mut world = World::new();
		let block = world.block(|world| world.deposit_on(A, 1, TokenId(1), 7));
		assert_eq!(block.part().header.chain, B);
		assert_ok!(commit(&block));
		// The other half's data is not this chain's.
		let foreign = block.sealed.chains[0].bytes.clone();
		let next = world.block(|world| world.transfer(B, 1, 3, TokenId(0), 5));
		let sent = commit_as(operators()[0].clone(), &next, foreign);
		assert_noop!(error(sent), Error::<Test>::DataLength);
		assert_ok!(commit(&next));
	});
}

#[test]
fn a_strangers_leaf_in_the_way_should_be_the_owners() {
	ExtBuilder::default().build_and_execute(|| {
		// Somebody else makes person 1's leaf, without a key.
		let stranger = RuntimeOrigin::signed(account(4));
		assert_ok!(Rollup::deposit(stranger, TokenId(1), owner(1), amount(1), None));
		let mut world = World::new();
		settle(&world.serving());
		// The owner's own deposit finds it, sets the key, and the owner withdraws all of it.
		deposit(1, 1, 1_000);
		settle(&world.serving());
		let before = balance(&account(1), 1);
		settle(&world.block(|world| world.withdraw(A, 1, owner(1), TokenId(1), 1_001)));
		assert_eq!(balance(&account(1), 1), before + 1_001);
		assert_eq!(world.ledger.state(A).expect("chain 1").next(), 1);
	});
}

#[test]
fn a_stranger_in_a_pools_way_should_not_be_taken_for_it() {
	ExtBuilder::default().build_and_execute(|| {
		deposit(1, 1, 1_000);
		request_pool();
		let mut world = World::new();
		let block = world.serving();
		let (forged, bytes) = with_data(&block, |data| {
			let Half::CreatePool(half) = &mut data.halves[1] else { panic!("a pool") };
			half.params.fee_bps = 1_000;
		});
		let sent = commit_as(operators()[0].clone(), &forged, bytes);
		assert_noop!(error(sent), Error::<Test>::PriorityMismatch);
		let (forged, bytes) = with_data(&block, |data| {
			let Half::CreatePool(half) = &mut data.halves[1] else { panic!("a pool") };
			half.side = Side::One;
		});
		let sent = commit_as(operators()[0].clone(), &forged, bytes);
		assert_noop!(error(sent), Error::<Test>::PriorityMismatch);
		assert_ok!(commit(&block));
	});
}

#[test]
fn weight_should_be_paid_by_slots_and_requests_and_what_is_too_much_come_back() {
	ExtBuilder::default().build_and_execute(|| {
		deposit(1, 1, 1_000);
		let mut world = World::new();
		world.class = 3;
		let block = world.block(|world| {
			world.deposit_on(B, 1, TokenId(0), 1);
			world.deposit_on(B, 2, TokenId(0), 1);
		});
		let neighbours = 3 + 7;
		let paid = Pallet::<Test>::commit_weight(&block.header);
		let expected = <() as WeightInfo>::commit_block_3(2);
		assert_eq!(paid.ref_time(), expected.ref_time() + neighbours);
		let (weight, _) = weight(commit(&block));
		let expected = <() as WeightInfo>::commit_block_3(1);
		assert_eq!(weight.expect("known").ref_time(), expected.ref_time() + neighbours);
	});
}

#[test]
fn each_size_class_should_have_its_own_weight() {
	for class in SizeClass::ALL {
		// The weights of tests count a hundred units a slot.
		let units = 1 + 100 * u64::from(class.capacity());
		let weight = Pallet::<Test>::commit_weight_of(class, 0);
		assert_eq!(weight.ref_time(), 1_000_000 * units + 3 + 7, "class {class}");
	}
}
