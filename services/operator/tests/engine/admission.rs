// SPDX-License-Identifier: Apache-2.0

//! What is taken into the mempool and what is refused at its door.

use crate::world::{
	ALICE, ALPHA, BETA, BOB, CAROL, EXPIRY, OPERATOR, POOL, World, amount, check, config, fee,
	index, network, refused, sign, sign_until,
};
use ligature_operator::engine::{Admitted, Engine, EngineConfig, FeeFloors, MempoolConfig};
use ligature_operator_api::{ApiError, TransactionHash, TransactionState};
use ligature_primitives::{
	amount::{Amount, Fee},
	ids::{ChainId, NetworkId, Nonce, Owner, Side, Timestamp, TokenId},
	op::{
		AddLiquidityBody, RemoveLiquidityBody, SignedTransaction, SwapBody, TransferBody,
		WithdrawBody,
	},
	pool::PoolParams,
	priority::PriorityRequest,
	refusal::Refusal,
};

fn transfer() -> TransferBody {
	TransferBody {
		chain: ALPHA,
		account: index(0),
		nonce: Nonce(0),
		token: TokenId(0),
		receiver: BOB.owner(),
		amount: amount(1),
		fee: Fee::ZERO,
	}
}

fn withdraw() -> WithdrawBody {
	let TransferBody { chain, account, nonce, token, receiver, amount, fee } = transfer();
	WithdrawBody { chain, account, nonce, token, receiver, amount, fee }
}

fn swap() -> SwapBody {
	SwapBody {
		params: POOL,
		direction: Side::Zero,
		account: index(0),
		nonce: Nonce(0),
		amount: amount(5),
		min_out: amount(1),
		fee: Fee::ZERO,
	}
}

fn add() -> AddLiquidityBody {
	AddLiquidityBody {
		params: POOL,
		account0: index(0),
		nonce0: Nonce(0),
		account1: index(0),
		nonce1: Nonce(0),
		shares: amount(1),
		max0: amount(1),
		max1: amount(1),
		fee: Fee::ZERO,
	}
}

fn remove() -> RemoveLiquidityBody {
	RemoveLiquidityBody {
		params: POOL,
		account: index(0),
		nonce: Nonce(0),
		shares: amount(1),
		min0: Amount::ZERO,
		min1: Amount::ZERO,
		fee: Fee::ZERO,
	}
}

fn checked(bytes: Vec<u8>) -> Result<TransactionHash, ApiError> {
	Admitted::check(bytes, &network()).map(|admitted| admitted.hash())
}

#[test]
fn every_kind_should_pass_the_door() {
	for transaction in [
		sign(ALICE, transfer()),
		sign(ALICE, withdraw()),
		sign(ALICE, swap()),
		sign(ALICE, add()),
		sign(ALICE, remove()),
	] {
		assert_eq!(checked(transaction.encode()), Ok(TransactionHash(transaction.hash())));
	}
}

#[test]
fn what_is_malformed_should_be_refused_by_name() {
	let good = sign(ALICE, transfer()).encode();
	let changed = |at: usize, byte: u8| {
		let mut bytes = good.clone();
		bytes[at] = byte;
		checked(bytes)
	};
	assert_eq!(checked(Vec::new()), refused(Refusal::UnexpectedEnd));
	assert_eq!(changed(0, 2), refused(Refusal::WrongVersion));
	assert_eq!(changed(1, 1), refused(Refusal::UnknownKind));
	assert_eq!(changed(6, 255), refused(Refusal::TimeTooLarge));
	assert_eq!(checked([&good[..], &[0]].concat()), refused(Refusal::TrailingBytes));
	assert_eq!(checked(good[..good.len() - 1].to_vec()), refused(Refusal::UnexpectedEnd));
	assert_eq!(changed(good.len() - 40, good[good.len() - 40] ^ 1), refused(Refusal::BadSignature));
	// Another signer's key over the same body.
	let mut forged = good.clone();
	let at = good.len() - 96;
	forged[at..at + 32].copy_from_slice(&BOB.key().0);
	assert_eq!(checked(forged.clone()), refused(Refusal::BadSignature));
	forged[at..at + 32].copy_from_slice(&[0xFF; 32]);
	assert_eq!(checked(forged), refused(Refusal::KeyNotCanonical));
}

#[test]
fn what_can_never_be_done_should_be_refused_by_name() {
	let unknown = ChainId(9);
	let bad_pool = PoolParams { fee_bps: 1_001, ..POOL };
	let far_pool = PoolParams { chain1: unknown, ..POOL };
	let one_chain = PoolParams { chain1: ALPHA, ..POOL };
	let last = Nonce::LAST;
	let other_network = SignedTransaction::sign(
		NetworkId(8),
		Timestamp::new(EXPIRY).unwrap(),
		transfer(),
		&ALICE.secret(),
	);
	for (transaction, refusal) in [
		(sign(ALICE, TransferBody { chain: unknown, ..transfer() }), Refusal::UnknownChain),
		(sign(ALICE, SwapBody { params: far_pool, ..swap() }), Refusal::UnknownChain),
		(other_network.into(), Refusal::WrongNetwork),
		(
			sign(ALICE, TransferBody { token: TokenId(1_024), ..transfer() }),
			Refusal::TokenOutOfRange,
		),
		(sign(ALICE, WithdrawBody { token: TokenId(512), ..withdraw() }), Refusal::TokenOutOfRange),
		(sign(ALICE, TransferBody { receiver: Owner::ZERO, ..transfer() }), Refusal::OwnerZero),
		(sign(ALICE, WithdrawBody { receiver: Owner::ZERO, ..withdraw() }), Refusal::OwnerZero),
		(sign(ALICE, SwapBody { params: bad_pool, ..swap() }), Refusal::BadPoolParams),
		(sign(ALICE, AddLiquidityBody { params: bad_pool, ..add() }), Refusal::BadPoolParams),
		(sign(ALICE, RemoveLiquidityBody { params: bad_pool, ..remove() }), Refusal::BadPoolParams),
		(sign(ALICE, SwapBody { min_out: Amount::ZERO, ..swap() }), Refusal::MinOutZero),
		(sign(ALICE, AddLiquidityBody { shares: Amount::ZERO, ..add() }), Refusal::SharesZero),
		(
			sign(ALICE, RemoveLiquidityBody { shares: Amount::ZERO, ..remove() }),
			Refusal::SharesZero,
		),
		(sign(ALICE, AddLiquidityBody { params: one_chain, ..add() }), Refusal::NonceMismatch),
		(sign(ALICE, TransferBody { nonce: last, ..transfer() }), Refusal::NonceExhausted),
		(sign(ALICE, AddLiquidityBody { nonce1: last, ..add() }), Refusal::NonceExhausted),
		(
			sign(ALICE, TransferBody { amount: Amount::MAX, fee: fee(1), ..transfer() }),
			Refusal::InsufficientBalance,
		),
		(
			sign(ALICE, WithdrawBody { amount: Amount::MAX, fee: fee(1), ..withdraw() }),
			Refusal::InsufficientBalance,
		),
		(
			sign(ALICE, SwapBody { amount: Amount::MAX, fee: fee(1), ..swap() }),
			Refusal::InsufficientBalance,
		),
	] {
		assert_eq!(checked(transaction.encode()), refused(refusal), "{transaction:?}");
	}
	let follows = AddLiquidityBody { params: one_chain, nonce1: Nonce(1), ..add() };
	assert!(checked(sign(ALICE, follows).encode()).is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_transaction_should_be_on_the_disk() {
	let world = World::furnished(config()).await;
	let transfer = world.transfer(ALPHA, ALICE, 0, BOB, 5).await;
	let hash = world.submit(&transfer).await.unwrap();
	assert_eq!(hash, TransactionHash(transfer.hash()));
	assert_eq!(world.state(&transfer).await, TransactionState::Pending);
	let pending = world.store.pending().await.unwrap();
	assert_eq!(pending.len(), 1);
	assert_eq!(pending[0].bytes, transfer.encode());
	assert_eq!(world.engine.status().await.mempool, 1);
	// The same again, twice in one lot as well, is no error, and nothing is doubled.
	let again = world.engine.submit(vec![check(&transfer).unwrap(); 2]).await;
	assert_eq!(again, [Ok(hash), Ok(hash)]);
	assert_eq!(world.store.pending().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_in_a_block_should_be_no_error_when_it_comes_again() {
	let mut world = World::furnished(config()).await;
	let transfer = world.transfer(ALPHA, ALICE, 0, BOB, 5).await;
	let hash = world.submit(&transfer).await.unwrap();
	world.build().await;
	assert_eq!(world.submit(&transfer).await, Ok(hash));
	assert_eq!(world.store.pending().await.unwrap(), []);
	// Another that spends the same nonce is one.
	let TransactionState::InBlock { .. } = world.state(&transfer).await else {
		panic!("in a block")
	};
	let mut body = world.transfer_body(ALPHA, ALICE, 0, BOB, 6).await;
	body.nonce = Nonce(body.nonce.0 - 1);
	assert_eq!(world.submit(&sign(ALICE, body)).await, refused(Refusal::NonceMismatch));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_ledger_contradicts_should_be_refused_by_name() {
	let mut world = World::furnished(config()).await;
	// Somebody has money and no key.
	let keyless = PriorityRequest::Deposit {
		token: TokenId(0),
		owner: CAROL.owner(),
		amount: amount(100),
		key: None,
	};
	world.request(ALPHA, [keyless]).await;
	world.build().await;
	let good = world.transfer_body(ALPHA, ALICE, 0, BOB, 5).await;
	let carol = world.account(ALPHA, CAROL).await;
	let early = sign_until(ALICE, good.clone(), 1_700_000_000);
	assert_eq!(world.submit(&early).await, refused(Refusal::Expired));
	// Before the last block's time, which is far ahead of the clock.
	let early = sign_until(ALICE, good.clone(), world.time - 1);
	assert_eq!(world.submit(&early).await, refused(Refusal::Expired));
	for (who, body, refusal) in [
		(ALICE, TransferBody { account: index(1_000), ..good.clone() }, Refusal::AccountMissing),
		(CAROL, TransferBody { account: index(carol.index), ..good.clone() }, Refusal::KeyUnset),
		(BOB, good.clone(), Refusal::WrongKey),
	] {
		assert_eq!(world.submit(&sign(who, body)).await, refused(refusal));
	}
	assert_eq!(world.store.pending().await.unwrap(), []);
	assert!(world.submit(&sign(ALICE, good)).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn nonces_should_wait_in_a_window_and_not_twice() {
	let world = World::furnished(config()).await;
	let body = world.transfer_body(ALPHA, ALICE, 0, BOB, 5).await;
	let first = body.nonce.0;
	let with = |nonce: u32| sign(ALICE, TransferBody { nonce: Nonce(nonce), ..body.clone() });
	let too_far = |nonce, next| Err(ApiError::NonceTooFar { nonce, next, window: 20 });
	assert_eq!(world.submit(&with(first + 21)).await, too_far(first + 21, first));
	let far = world.submit(&with(first + 20)).await.unwrap();
	let other = TransferBody { nonce: Nonce(first + 20), amount: amount(6), ..body.clone() };
	let taken = Err(ApiError::NonceTaken { nonce: first + 20, hash: far.to_string() });
	assert_eq!(world.submit(&sign(ALICE, other)).await, taken);
	// What waits counts, as far as nothing is missing.
	let next = async || world.account(ALPHA, ALICE).await.next_nonce;
	assert_eq!(next().await, first);
	world.submit(&with(first)).await.unwrap();
	world.submit(&with(first + 1)).await.unwrap();
	assert_eq!(next().await, first + 2);
	assert_eq!(world.submit(&with(first + 23)).await, too_far(first + 23, first + 2));
	world.submit(&with(first + 22)).await.unwrap();
	for nonce in first + 2..first + 20 {
		world.submit(&with(nonce)).await.unwrap();
	}
	assert_eq!(next().await, first + 21);
	assert_eq!(world.account(ALPHA, ALICE).await.nonce, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deposit_of_liquidity_should_spend_both_nonces() {
	let mut world = World::furnished(config()).await;
	let add = world.add_liquidity(POOL, ALICE, 10, (1_000, 4_000)).await;
	let near = world.account(ALPHA, ALICE).await.next_nonce;
	let far = world.account(BETA, ALICE).await.next_nonce;
	world.submit(&add).await.unwrap();
	assert_eq!(world.account(ALPHA, ALICE).await.next_nonce, near + 1);
	assert_eq!(world.account(BETA, ALICE).await.next_nonce, far + 1);
	let mut taken = world.transfer_body(BETA, ALICE, 0, BOB, 1).await;
	taken.nonce = Nonce(far);
	let hash = TransactionHash(add.hash()).to_string();
	let error = ApiError::NonceTaken { nonce: far, hash };
	assert_eq!(world.submit(&sign(ALICE, taken)).await, Err(error));
	// Both from one account.
	let local = PoolParams { chain0: BETA, token0: TokenId(0), fee_bps: 0, ..POOL };
	world.create_pool(local, [1, 2]).await;
	world.build_all().await;
	let next = world.account(BETA, BOB).await.next_nonce;
	let add = world.add_liquidity(local, BOB, 10, (10_000, 10_000)).await;
	world.submit(&add).await.unwrap();
	assert_eq!(world.account(BETA, BOB).await.next_nonce, next + 2);
	world.build().await;
	assert_eq!(world.account(BETA, BOB).await.nonce, next + 2);
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_should_hold_per_account_and_in_all() {
	let mempool = MempoolConfig { capacity: 4, per_account: 3, window: 20 };
	let world = World::furnished(EngineConfig { mempool, ..config() }).await;
	let mut lot = Vec::new();
	let body = world.transfer_body(ALPHA, ALICE, 0, BOB, 5).await;
	for nonce in body.nonce.0..body.nonce.0 + 4 {
		lot.push(
			check(&sign(ALICE, TransferBody { nonce: Nonce(nonce), ..body.clone() })).unwrap(),
		);
	}
	let mut taken = world.engine.submit(lot).await;
	assert_eq!(taken.pop(), Some(Err(ApiError::AccountFull { limit: 3 })));
	assert!(taken.iter().all(Result::is_ok));
	world.submit(&world.transfer(ALPHA, BOB, 0, ALICE, 1).await).await.unwrap();
	let full = world.submit(&world.transfer(BETA, BOB, 0, ALICE, 1).await).await;
	assert_eq!(full, Err(ApiError::MempoolFull { limit: 4 }));
	assert_eq!(world.store.pending().await.unwrap().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_account_should_take_what_the_others_wait_for() {
	let mempool = MempoolConfig { capacity: 3, per_account: 3, window: 20 };
	let mut world = World::furnished(EngineConfig { mempool, ..config() }).await;
	// The first is dropped, and the others have to wait for another one with its nonce.
	let poor = world.transfer_body(ALPHA, ALICE, 9, BOB, 1).await;
	for skip in 0..3 {
		let token = TokenId(if skip == 0 { 9 } else { 0 });
		let body = TransferBody { token, nonce: Nonce(poor.nonce.0 + skip), ..poor.clone() };
		world.submit(&sign(ALICE, body)).await.unwrap();
	}
	assert_eq!(world.try_build().await.unwrap(), None);
	let end = Nonce(poor.nonce.0 + 3);
	let more = sign(ALICE, TransferBody { nonce: end, token: TokenId(0), ..poor.clone() });
	// Two of three places are taken by what cannot be done: nothing may be skipped now.
	let too_far = ApiError::NonceTooFar { nonce: end.0, next: poor.nonce.0, window: 0 };
	assert_eq!(world.submit(&more).await, Err(too_far));
	world.submit(&world.transfer(ALPHA, BOB, 0, ALICE, 1).await).await.unwrap();
	let full = world.submit(&world.transfer(BETA, BOB, 0, ALICE, 1).await).await;
	assert_eq!(full, Err(ApiError::MempoolFull { limit: 3 }));
	let missing = world.transfer(ALPHA, ALICE, 0, BOB, 1).await;
	world.submit(&missing).await.unwrap();
	assert_eq!(world.build().await.transactions, 4);
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fees_should_reach_the_floor_where_somebody_takes_them() {
	let mut fees = FeeFloors { default: fee(2), ..Default::default() };
	fees.floors.insert((ALPHA, TokenId(1)), fee(7));
	let mut world = World::with(EngineConfig { fees, ..config() }).await;
	for chain in [ALPHA, BETA] {
		world.deposit(chain, ALICE, 0, 1_000).await;
		world.deposit(chain, ALICE, 1, 1_000).await;
	}
	world.deposit(ALPHA, OPERATOR, 0, 1).await;
	world.build_all().await;
	let paying = async |chain, token, value| {
		let body = world.transfer_body(chain, ALICE, token, BOB, 1).await;
		sign(ALICE, TransferBody { fee: fee(value), ..body })
	};
	let least = |offered: u128, least: u128| {
		let (offered, least) = (offered.to_string(), least.to_string());
		Err(ApiError::FeeTooLow { offered, least })
	};
	assert_eq!(world.submit(&paying(ALPHA, 0, 1).await).await, least(1, 2));
	assert_eq!(world.submit(&paying(ALPHA, 1, 6).await).await, least(6, 7));
	assert!(world.submit(&paying(ALPHA, 1, 7).await).await.is_ok());
	assert!(world.submit(&paying(ALPHA, 0, 2).await).await.is_ok());
	// On beta the operator has no account: no fee can be paid, and none is asked for.
	assert_eq!(world.submit(&paying(BETA, 0, 2).await).await, refused(Refusal::FeeAccountMissing));
	assert!(world.submit(&paying(BETA, 0, 0).await).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_should_be_taken_while_paused_or_stopped() {
	let mut world = World::furnished(config()).await;
	let transfer = world.transfer(ALPHA, ALICE, 0, BOB, 5).await;
	world.engine.pause(Some("a chain is away".into())).await;
	let reason = "a chain is away".to_owned();
	assert_eq!(world.engine.status().await.paused, Some(reason.clone()));
	assert_eq!(world.submit(&transfer).await, Err(ApiError::NotAccepting { reason }));
	world.deposit(ALPHA, ALICE, 0, 1).await;
	assert_eq!(world.try_build().await.unwrap(), None);
	assert_eq!(world.engine.ready().await.operations, 0);
	world.engine.pause(None).await;
	assert!(world.submit(&transfer).await.is_ok());
	assert_eq!(world.engine.ready().await.operations, 2);
	world.build().await;
	let engine: Engine = world.engine.clone();
	engine.stop().await;
	let after = world.submit(&transfer).await;
	assert!(matches!(after, Err(ApiError::NotAccepting { .. })), "{after:?}");
	assert!(world.try_build().await.is_err());
	// What it was is still told.
	assert!(engine.status().await.built.0 > 0);
}
