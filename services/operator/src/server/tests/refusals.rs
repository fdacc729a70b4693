// SPDX-License-Identifier: Apache-2.0

//! Every refusal that a wallet can meet at the door.

use super::*;
use crate::{
	engine::{FeeFloors, MempoolConfig},
	gate::Source,
	testing::{NETWORK, Person, deposit, transfer, transfer_in},
};
use jsonrpsee::{core::client::ClientT, rpc_params};
use ligature_operator_api::{
	Bytes, Decimal, Hash32, OperatorApiClient, TransactionHash, TransactionState, code,
};
use ligature_primitives::{amount::Fee, ids::NetworkId, poseidon::Word};

/// The error that JSON-RPC itself has for parameters that do not fit.
const INVALID_PARAMS: i32 = -32_602;

async fn submit(served: &Served, bytes: Vec<u8>) -> (i32, String) {
	refusal(served.http.submit(Bytes(bytes)).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_transactions_should_be_refused_by_name() {
	let served = Served::of(World::with_deposits().await).await;
	let good = transfer(Person(1), 0, 0, Person(2), 500);
	let with = |place: usize, byte: u8| {
		let mut bytes = good.clone();
		bytes[place] = byte;
		bytes
	};
	let cases = [
		(Vec::new(), "UnexpectedEnd"),
		(good[..good.len() - 1].to_vec(), "UnexpectedEnd"),
		([good.clone(), vec![0]].concat(), "TrailingBytes"),
		(with(0, 2), "WrongVersion"),
		(with(1, 5), "UnknownKind"),
		(with(1, 1), "UnknownKind"),
		// The expiry's highest byte, the account's, the amount's.
		(with(6, 1), "TimeTooLarge"),
		(with(15, 1), "IndexTooLarge"),
		// The last byte of the signature.
		(with(good.len() - 32, good[good.len() - 32] ^ 1), "BadSignature"),
	];
	for (bytes, name) in cases {
		let (code, found) = submit(&served, bytes).await;
		assert_eq!(found, name);
		assert!((1_000..2_000).contains(&code), "{name} has code {code}");
	}
	assert_eq!(served.http.status().await.expect("it answers").mempool, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_that_the_ledger_does_not_take_should_be_refused_by_name() {
	let served = Served::of(World::with_deposits().await).await;
	let (anna, bert) = (Person(1), Person(2));
	let network = NetworkId(NETWORK.0 + 1);
	let foreign = transfer_in(network, anna, 0, 0, bert, 5);
	assert_eq!(submit(&served, foreign).await.1, "WrongNetwork");
	assert_eq!(submit(&served, transfer(anna, 9, 0, bert, 5)).await.1, "AccountMissing");
	assert_eq!(submit(&served, transfer(bert, 0, 0, anna, 5)).await.1, "WrongKey");
	assert_eq!(submit(&served, transfer(anna, 0, 0, Person(0), 5)).await.1, "OwnerZero");
	served.http.submit(transfer(anna, 0, 0, bert, 5).into()).await.expect("it is good");
	let (code, name) = submit(&served, transfer(anna, 0, 0, bert, 6)).await;
	assert_eq!((code, name.as_str()), (code::NONCE_TAKEN, "NonceTaken"));
	served.world.build().await;
	assert_eq!(submit(&served, transfer(anna, 0, 0, bert, 6)).await.1, "NonceMismatch");
	let (code, name) = submit(&served, transfer(anna, 0, 100_000, bert, 6)).await;
	assert_eq!((code, name.as_str()), (code::NONCE_TOO_FAR, "NonceTooFar"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_refused_in_its_block_should_say_why_for_ever() {
	let served = Served::of(World::with_deposits().await).await;
	// What comes before it could still bring the balance.
	let bytes = transfer(Person(1), 0, 0, Person(2), 2_000_000);
	let hash = served.http.submit(bytes.into()).await.expect("it waits");
	let good = transfer(Person(2), 1, 0, Person(1), 5);
	served.http.submit(good.into()).await.expect("it waits");
	assert_eq!(served.world.build().await.refused, 1);
	let info = served.http.transaction(hash).await.expect("it is known");
	let TransactionState::Refused { code, name, .. } = info.state else { panic!("{info:?}") };
	assert_eq!((code, name.as_str()), (1_072, "InsufficientBalance"));
	assert_eq!(info.stages, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_should_be_told() {
	let limits = MempoolConfig { capacity: 3, per_account: 2, window: 8 };
	let world = World::with(limits, FeeFloors::default()).await;
	let deposits = [1, 2].map(|person| deposit(Person(person), 0, 1_000));
	world.requests(crate::testing::ALPHA, 0, &deposits).await;
	world.build().await;
	let served = Served::of(world).await;
	let (anna, bert) = (Person(1), Person(2));
	for nonce in 0..2 {
		served.http.submit(transfer(anna, 0, nonce, bert, 1).into()).await.expect("it fits");
	}
	let full = submit(&served, transfer(anna, 0, 2, bert, 1)).await;
	assert_eq!(full, (code::ACCOUNT_FULL, "AccountFull".into()));
	served.http.submit(transfer(bert, 1, 0, anna, 1).into()).await.expect("it fits");
	let full = submit(&served, transfer(bert, 1, 1, anna, 1)).await;
	assert_eq!(full, (code::MEMPOOL_FULL, "MempoolFull".into()));
	// A block makes room.
	served.world.build().await;
	served.http.submit(transfer(anna, 0, 2, bert, 1).into()).await.expect("it fits again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fee_that_is_too_low_should_be_refused_with_the_least_one() {
	let fees = FeeFloors { default: Fee::new(10).expect("small"), ..FeeFloors::default() };
	let world = World::with(MempoolConfig::default(), fees).await;
	// The fee owner needs an account, or no fee can be paid.
	let deposits = [1, 99].map(|person| deposit(Person(person), 0, 1_000));
	world.requests(crate::testing::ALPHA, 0, &deposits).await;
	world.build().await;
	let served = Served::of(world).await;
	let low = submit(&served, transfer(Person(1), 0, 0, Person(2), 1)).await;
	assert_eq!(low, (code::FEE_TOO_LOW, "FeeTooLow".into()));
	let fee = served.http.fee("transfer".into(), 1, 0).await.expect("it answers");
	assert_eq!(fee.least, Decimal(10));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_should_be_taken_while_the_gate_is_shut() {
	let served = Served::of(World::with_deposits().await).await;
	let gate = &served.world.api.gate;
	gate.set(Source::Admin, Some("paused".into())).await;
	gate.set(Source::Revert, Some("blocks must go".into())).await;
	let good = || transfer(Person(1), 0, 0, Person(2), 1);
	let shut = submit(&served, good()).await;
	assert_eq!(shut, (code::NOT_ACCEPTING, "NotAccepting".into()));
	let reason = served.http.status().await.expect("it answers").not_accepting;
	assert_eq!(reason.as_deref(), Some("paused; blocks must go"));
	gate.set(Source::Admin, None).await;
	assert_eq!(submit(&served, good()).await.0, code::NOT_ACCEPTING, "one reason is left");
	gate.set(Source::Revert, None).await;
	served.http.submit(good().into()).await.expect("it is open");
	assert_eq!(served.http.status().await.expect("it answers").not_accepting, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_should_be_told() {
	let served = Served::of(World::with_deposits().await).await;
	let missing = (code::NOT_FOUND, "NotFound".to_owned());
	let hash = TransactionHash(Word::from(1));
	assert_eq!(refusal(served.http.transaction(hash).await), missing);
	for number in [0, 2, u64::MAX] {
		assert_eq!(refusal(served.http.block(number).await), missing, "{number}");
	}
	assert_eq!(refusal(served.http.account(3, 0).await).1, "UnknownChain");
	assert_eq!(refusal(served.http.account(1, u32::MAX).await).1, "IndexTooLarge");
	assert_eq!(refusal(served.http.fee("transfer".into(), 3, 0).await).1, "UnknownChain");
	assert_eq!(refusal(served.http.fee("transfer".into(), 1, 9_999).await).1, "TokenOutOfRange");
	assert_eq!(refusal(served.http.fee("gift".into(), 1, 0).await), missing);
	let no_pool = served.http.quote(Decimal(1), 0, Decimal(1)).await;
	assert_eq!(refusal(no_pool).1, "BadPoolParams");
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_that_do_not_fit_should_be_refused_by_json_rpc() {
	let served = Served::of(World::with_deposits().await).await;
	let call = async |method: &str, params| {
		let outcome: Result<serde_json::Value, _> = served.http.request(method, params).await;
		refusal(outcome).0
	};
	assert_eq!(call("ligature_submit", rpc_params!["no hex"]).await, INVALID_PARAMS);
	assert_eq!(call("ligature_submit", rpc_params!["0x0"]).await, INVALID_PARAMS);
	assert_eq!(call("ligature_submit", rpc_params![7]).await, INVALID_PARAMS);
	assert_eq!(call("ligature_submit", rpc_params![]).await, INVALID_PARAMS);
	assert_eq!(call("ligature_submitBatch", rpc_params!["0x00"]).await, INVALID_PARAMS);
	assert_eq!(call("ligature_transaction", rpc_params!["0x00"]).await, INVALID_PARAMS);
	let large = format!("0x{}", "f".repeat(64));
	assert_eq!(call("ligature_transaction", rpc_params![large]).await, INVALID_PARAMS);
	assert_eq!(call("ligature_account", rpc_params![256, 0]).await, INVALID_PARAMS);
	assert_eq!(call("ligature_account", rpc_params![1, -1]).await, INVALID_PARAMS);
	assert_eq!(call("ligature_quote", rpc_params![1, 0, "1.5"]).await, INVALID_PARAMS);
	assert_eq!(call("ligature_nothing", rpc_params![]).await, -32_601);
	// The administration is elsewhere.
	assert_eq!(call("admin_pause", rpc_params![true]).await, -32_601);
	let owner = Hash32([1; 32]);
	assert!(served.http.accounts(owner).await.is_ok(), "it serves on");
	let counted = served.world.api.metrics.rpc.with_label_values(&["unknown", "refused"]).get();
	assert_eq!(counted, 2, "names that somebody makes up are counted as one");
}
