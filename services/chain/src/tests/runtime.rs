// SPDX-License-Identifier: Apache-2.0

//! A runtime that is later than this program: what it understands, and what it refuses.

use super::later::{self, Account, Asked, Number};
use crate::{
	Call, ChainError, DispatchError, Event, Head, RollupEvent, Runtime, Signer, decode, encode,
	event, types,
};
use codec::{Compact, Encode};
use ligature_primitives::{
	amount::Amount,
	ids::{AccountIndex, BlockNumber, ChainId, Owner, TokenId},
	keys::PublicKey,
	priority::PriorityRequest,
};
use scale_info::meta_type;

/// The status that [`later_status`] means.
fn status() -> types::Status {
	types::Status {
		counters: types::Counters {
			committed: BlockNumber(9),
			proven: BlockNumber(8),
			certified: BlockNumber(7),
			executed: BlockNumber(6),
		},
		revert_epoch: 3,
		chain_list_hash: Some([4; 32]),
		parameters: Some(types::Parameters {
			expiry: 1,
			service_interval: 2,
			execute_grace: 3,
			turn_grace: 4,
			exodus_timeout: 5,
			exit_time: 6,
			notice: 7,
		}),
		queue: types::Queue {
			executed: 10,
			committed: 11,
			next: 12,
			creating: 13,
			last_expiry: 14,
		},
		request_price: 1 << 100,
		deposits_paused: true,
		halted: types::Halt {
			guardian: true,
			refused: Some(types::RefusedBlock {
				chain: ChainId(2),
				number: BlockNumber(8),
				hash: [5; 32],
			}),
		},
		exodus: Some(types::Exodus { since: 15, freeze: Some(BlockNumber(7)) }),
	}
}

fn later_status() -> later::Status {
	later::Status {
		exodus: Some(later::Exodus { reason: 77, since: 15, freeze: Some(Number(7)) }),
		mood: b"good".to_vec(),
		revert_epoch: 3,
		counters: later::Counters {
			planned: 99,
			executed: Number(6),
			certified: Number(7),
			proven: Number(8),
			committed: Number(9),
		},
		chain_list_hash: Some([4; 32]),
		parameters: Some(later::Parameters {
			expiry: 1,
			service_interval: 2,
			execute_grace: 3,
			turn_grace: 4,
			exodus_timeout: 5,
			exit_time: 6,
			notice: 7,
			patience: 8,
		}),
		queue: later::Queue {
			executed: 10,
			committed: 11,
			next: 12,
			creating: 13,
			last_expiry: 14,
		},
		request_price: Compact(1 << 100),
		deposits_paused: true,
		halted: later::Halt {
			refused: Some(later::Refused { hash: [5; 32], chain: 2, number: Number(8) }),
			guardian: true,
		},
	}
}

#[test]
fn fields_that_are_new_or_have_moved_should_not_matter() {
	let metadata = later::metadata();
	let query = decode::status(&metadata).expect("the runtime has it");
	assert_eq!((&*query.function, &*query.input), ("RollupApi_status", &[][..]));
	let answer = later_status().encode();
	assert_eq!(query.decode(&answer, &metadata), Ok(status()));
	for cut in 0..answer.len() {
		assert!(query.decode(&answer[..cut], &metadata).is_err(), "{cut} bytes are not enough");
	}
	let longer = query.decode(&[&answer[..], &[0]].concat(), &metadata);
	assert!(matches!(longer, Err(ChainError::Decode { .. })), "{longer:?}");
	// A value that this program cannot hold is no value of its type.
	let wide = later::Status { revert_epoch: 1 << 32, ..later_status() };
	let wide = query.decode(&wide.encode(), &metadata);
	assert!(matches!(wide, Err(ChainError::Decode { .. })), "{wide:?}");
}

#[test]
fn variants_should_go_by_their_names() {
	let metadata = later::metadata();
	let query = decode::requests(&metadata, 5, 6).expect("the runtime has it");
	assert_eq!(query.input, (5u64, 6u32).encode());
	let request = |request| later::Request { expires: 3, request, payer: Account([1; 32]) };
	let exit =
		Asked::FullExit { token: 4, account: 5, owner: Account([2; 32]), comment: b"!".to_vec() };
	let deposit = Asked::Deposit {
		token: 4,
		owner: Account([2; 32]),
		amount: 6,
		key: Some(Account([3; 32])),
	};
	let asked = |request| types::Request { request, payer: [1; 32], expires: 3 };
	let owner = Owner([2; 32]);
	let exit_asked = PriorityRequest::FullExit {
		account: AccountIndex::new(5).expect("an index"),
		token: TokenId(4),
		owner,
	};
	let deposit_asked = PriorityRequest::Deposit {
		token: TokenId(4),
		owner,
		amount: Amount::new(6).expect("an amount"),
		key: Some(PublicKey([3; 32])),
	};
	let answer = vec![(7u64, request(exit)), (8, request(deposit))].encode();
	let expected = vec![(7, asked(exit_asked)), (8, asked(deposit_asked))];
	assert_eq!(query.decode(&answer, &metadata), Ok(expected));

	let song = vec![(7u64, request(Asked::Song { text: vec![1] }))].encode();
	let error = query.decode(&song, &metadata).expect_err("this program knows no songs");
	assert!(error.to_string().contains("Song"), "{error}");
	let much = Asked::Deposit { token: 4, owner: Account([2; 32]), amount: 1 << 112, key: None };
	let error = query.decode(&vec![(7u64, request(much))].encode(), &metadata);
	assert!(error.is_err(), "no amount reaches 2^112");
}

#[test]
fn a_question_that_the_runtime_does_not_know_should_be_refused_by_name() {
	let metadata = later::metadata();
	let refused = |error: Option<ChainError>, name: &str| {
		let error = error.expect("the runtime does not know it");
		assert!(matches!(error, ChainError::Encode { .. }), "{error:?}");
		assert!(error.to_string().contains(name), "{error}");
	};
	refused(decode::pools(&metadata).err(), "RollupApi_pools");
	refused(decode::identity(&metadata).err(), "Rollup.identity");
	refused(decode::time(&metadata).err(), "Timestamp.Now");
	refused(decode::native_balance(&metadata, [0; 32]).err(), "System.Account");
}

#[test]
fn calls_should_go_by_their_names() {
	let metadata = later::metadata();
	let deposit = Call::Deposit {
		token: TokenId(2),
		owner: Owner([3; 32]),
		amount: Amount::new(4).expect("an amount"),
		key: None,
	};
	let expected = later::Call::Rollup(later::RollupCall::deposit {
		amount: 4,
		key: None,
		owner: Account([3; 32]),
		token: 2,
	});
	assert_eq!(encode(&deposit, &metadata), Ok(expected.encode()));
	let sudo = Call::Sudo(Box::new(deposit));
	let expected = later::Call::Sudo(later::SudoCall::sudo { call: Box::new(expected) });
	assert_eq!(encode(&sudo, &metadata), Ok(expected.encode()));
}

#[test]
fn a_call_that_the_runtime_does_not_know_should_be_refused_by_name() {
	let metadata = later::metadata();
	let cases = [
		(Call::Halt, "Rollup.halt"),
		(Call::Batch(vec![]), "Utility.batch_all"),
		// It takes an argument that this program does not have.
		(Call::Claim { token: TokenId(1), to: None }, "purpose"),
		(Call::Sudo(Box::new(Call::Halt)), "Rollup.halt"),
	];
	for (call, name) in cases {
		let error = encode(&call, &metadata).expect_err("the runtime does not take it");
		assert!(matches!(error, ChainError::Encode { .. }), "{error:?}");
		assert!(error.to_string().contains(name), "{error}");
	}
}

fn record(extrinsic: Option<u32>, event: later::Event) -> later::EventRecord {
	let phase = extrinsic.map_or(later::Phase::Initialization, later::Phase::ApplyExtrinsic);
	later::EventRecord { phase, event, topics: vec![[9; 32]] }
}

fn events(records: &[later::EventRecord]) -> Vec<Event> {
	decode::events(&records.encode(), &later::metadata()).expect("they are events")
}

#[test]
fn events_should_have_names_fields_and_the_types_of_the_protocol() {
	let committed = later::RollupEvent::BlockCommitted {
		hash: [1; 32],
		number: Number(2),
		extrinsic: 3,
		block: 4,
		lines: 5,
	};
	let success = later::SystemEvent::ExtrinsicSuccess { dispatch_info: 6 };
	let found = events(&[
		record(None, later::Event::Rollup(later::RollupEvent::Sung)),
		record(Some(3), later::Event::Rollup(committed)),
		record(Some(3), later::Event::System(success)),
	]);
	let places: Vec<_> =
		found.iter().map(|event| (event.extrinsic, &*event.pallet, &*event.name)).collect();
	let expected = [
		(None, "Rollup", "Sung"),
		(Some(3), "Rollup", "BlockCommitted"),
		(Some(3), "System", "ExtrinsicSuccess"),
	];
	assert_eq!(places, expected);
	let typed: Vec<_> = found.iter().map(Event::rollup).collect();
	let committed = RollupEvent::BlockCommitted {
		number: BlockNumber(2),
		hash: [1; 32],
		block: 4,
		extrinsic: 3,
	};
	assert_eq!(typed, [None, Some(committed), None]);
	assert_eq!(found[1].number("lines"), Some(5));
	assert_eq!((found[1].number("verses"), found[1].bytes32("lines")), (None, None));
	let error = decode::events(&[4, 0, 0], &later::metadata()).expect_err("cut off");
	assert!(matches!(error, ChainError::Decode { .. }), "{error:?}");
}

#[test]
fn a_failure_should_have_the_words_of_its_pallet() {
	let metadata = later::metadata();
	let failed = |dispatch_error: &later::DispatchError| {
		let dispatch_error = dispatch_error.clone();
		later::Event::System(later::SystemEvent::ExtrinsicFailed {
			dispatch_error,
			dispatch_info: 0,
		})
	};
	let sudid = |error: &later::DispatchError| {
		later::Event::Sudo(later::SudoEvent::Sudid { sudo_result: Err(error.clone()) })
	};
	let success = later::Event::System(later::SystemEvent::ExtrinsicSuccess { dispatch_info: 0 });
	let module = |error| {
		later::DispatchError::Module(later::ModuleError { index: 31, error: [error, 0, 0, 0] })
	};
	let error = |pallet: &str, name: &str, docs: &str| DispatchError {
		pallet: pallet.into(),
		name: name.into(),
		docs: docs.into(),
	};
	let cases = [
		(module(1), error("Rollup", "TooEarly", "Wait until it is over.")),
		(module(0), error("Rollup", "NoSong", "Nobody sings.")),
		(later::DispatchError::BadOrigin, error("", "BadOrigin", "")),
		(
			later::DispatchError::Token(later::TokenError::FundsUnavailable),
			error("", "Token::FundsUnavailable", ""),
		),
	];
	for (raw, expected) in cases {
		let found = events(&[record(Some(1), failed(&raw))]);
		assert_eq!(event::outcome(&found, &metadata), Ok(Err(expected.clone())));
		// What sudo calls fails within an extrinsic that succeeds.
		let found = events(&[record(Some(1), sudid(&raw)), record(Some(1), success.clone())]);
		assert_eq!(event::outcome(&found, &metadata), Ok(Err(expected)));
	}
	// An error that this runtime does not have is shown as it came.
	let found = events(&[record(Some(1), failed(&module(99)))]);
	let unknown = event::outcome(&found, &metadata).expect("it says").expect_err("a failure");
	assert!(unknown.pallet.is_empty() && unknown.name.contains("99"), "{unknown:?}");
	assert_eq!(error("Rollup", "TooEarly", "Wait.").to_string(), "Rollup.TooEarly: Wait.");

	let sudid = later::SudoEvent::Sudid { sudo_result: Ok(()) };
	let found = events(&[record(Some(1), later::Event::Sudo(sudid)), record(Some(1), success)]);
	assert_eq!(event::outcome(&found, &metadata), Ok(Ok(())));
	assert!(event::outcome(&found[..1], &metadata).is_err(), "nobody says how it ended");
}

#[test]
fn an_extrinsic_should_hold_what_the_extensions_want() {
	let birth = Head { number: 70, hash: [8; 32] };
	let alice = Signer::from_suri("//Alice").expect("a secret");
	let sign = |metadata, birth| {
		let runtime = Runtime::new([7; 32], 102, 1, metadata).expect("a runtime");
		runtime.sign(&Call::EnterExodus, &alice, 5, birth)
	};
	let bytes = sign(later::metadata(), birth).expect("the runtime takes it");
	let call = later::Call::Rollup(later::RollupCall::enter_exodus).encode();
	// 64 blocks (6 − 1), phase 70 mod 64 = 6; nonce; tip.
	let extra = [&(5u16 | 6 << 4).to_le_bytes()[..], &[5 << 2, 0]].concat();
	let implicit = [&102u32.to_le_bytes()[..], &[7; 32], &[8; 32]].concat();
	let body = Vec::<u8>::from(&bytes[2..]);
	assert_eq!(Compact(body.len() as u32).encode(), bytes[..2]);
	assert_eq!(body[..2], [0x84, 1], "signed, version 4; address by account");
	assert_eq!(body[2..34], alice.account());
	assert_eq!(body[34], 1, "sr25519");
	assert_eq!(body[99..], [&extra[..], &call].concat());
	let signature = subxt_signer::sr25519::Signature(body[35..99].try_into().expect("64 bytes"));
	let key = subxt_signer::sr25519::PublicKey(alice.account());
	let payload = [&call[..], &extra, &implicit].concat();
	assert!(subxt_signer::sr25519::verify(&signature, &payload, &key));

	// An extension with data of which this program knows nothing.
	let unknown = later::bytes_with("CheckFortune", meta_type::<u64>());
	let unknown = decode::metadata(&unknown).expect("it is metadata");
	let error = sign(unknown, birth).expect_err("what should stand there");
	assert!(error.to_string().contains("CheckFortune"), "{error}");
}
