// SPDX-License-Identifier: Apache-2.0

//! The table of section 7.1 of `docs/protocol.md`, field by field.

use super::*;
use crate::{
	ids::{Owner, Side},
	op::*,
	pool::PoolParams,
};

const NETWORK: NetworkId = NetworkId(0x0102_0304);
const OWNER: Owner = Owner([7; 32]);
const PARAMS: PoolParams = PoolParams {
	chain0: ChainId(1),
	token0: TokenId(2),
	chain1: ChainId(3),
	token1: TokenId(4),
	fee_bps: 5,
};

fn amount(value: u128) -> Amount {
	Amount::new(value).expect("an amount")
}

fn account(index: u32) -> AccountIndex {
	AccountIndex::new(index).expect("an index")
}

fn expiry() -> Timestamp {
	Timestamp::new(0x11_2233_4455).expect("below 2^40")
}

/// One transaction of every kind, with different numbers in all fields.
fn all() -> Vec<Transaction> {
	let secret = SecretKey::from_seed(&[3; 32]);
	let (account0, nonce0, fee) = (account(10), Nonce(11), Fee::new(12).expect("a fee"));
	let transfer = TransferBody {
		chain: ChainId(1),
		account: account0,
		nonce: nonce0,
		token: TokenId(9),
		receiver: OWNER,
		amount: amount(13),
		fee,
	};
	let withdraw = WithdrawBody {
		chain: ChainId(1),
		account: account0,
		nonce: nonce0,
		token: TokenId(9),
		receiver: OWNER,
		amount: amount(13),
		fee,
	};
	let swap = SwapBody {
		params: PARAMS,
		direction: Side::One,
		account: account0,
		nonce: nonce0,
		amount: amount(13),
		min_out: amount(14),
		fee,
	};
	let add = AddLiquidityBody {
		params: PARAMS,
		account0,
		nonce0,
		account1: account(20),
		nonce1: Nonce(21),
		shares: amount(13),
		max0: amount(14),
		max1: amount(15),
		fee,
	};
	let remove = RemoveLiquidityBody {
		params: PARAMS,
		account: account0,
		nonce: nonce0,
		shares: amount(13),
		min0: amount(14),
		min1: amount(15),
		fee,
	};
	vec![
		SignedTransaction::sign(NETWORK, expiry(), transfer, &secret).into(),
		SignedTransaction::sign(NETWORK, expiry(), withdraw, &secret).into(),
		SignedTransaction::sign(NETWORK, expiry(), swap, &secret).into(),
		SignedTransaction::sign(NETWORK, expiry(), add, &secret).into(),
		SignedTransaction::sign(NETWORK, expiry(), remove, &secret).into(),
	]
}

#[test]
fn hash_binds_the_fields_at_the_places_of_the_table() {
	let params = PARAMS.word();
	// chain0, chain1, account1, nonce1, token, limits, direction, subject
	let rows = [
		(1, [0, 0, 0], 9, [0, 0], 0, OWNER.word()),
		(1, [0, 0, 0], 9, [0, 0], 0, OWNER.word()),
		(3, [0, 0, 0], 0, [14, 0], 1, params),
		(1, [3, 20, 21], 0, [14, 15], 0, params),
		(1, [0, 0, 0], 0, [14, 15], 0, params),
	];
	for (transaction, (chain0, second, token, limits, direction, subject)) in all().iter().zip(rows)
	{
		let w0 = Pack::new()
			.field(1, 8)
			.field(transaction.kind().number().into(), 8)
			.field(NETWORK.0.into(), 32)
			.field(expiry().get().into(), 40)
			.field(chain0, 8)
			.field(10, 24)
			.field(11, 32)
			.field(second[0], 8)
			.field(second[1], 24)
			.field(second[2], 32);
		let w1 = Pack::new().field(13, 112).field(12, 80).field(token, 16);
		let w2 = Pack::new().field(limits[0], 112).field(limits[1], 112).field(direction, 8);
		let expected = hash(Domain::TRANSACTION, &[w0.word(), w1.word(), w2.word(), subject]);
		assert_eq!(transaction.hash(), expected, "{transaction:?}");
		assert_eq!(transaction.verify(), Ok(()));
	}
}

#[test]
fn bytes_are_those_of_the_table() {
	let head = |kind: &str| format!("01{kind}01020304 0000001122334455");
	let u128 = |value: u128| format!("{value:032x}");
	let (owner, account, nonce) = ("07".repeat(32), "0000000a", "0000000b");
	let params = "0005000403000201";
	let (a, b, c, fee) = (u128(13), u128(14), u128(15), u128(12));
	let expected = [
		format!("{} 01 {account} {nonce} 0009 {owner} {a} {fee}", head("10")),
		format!("{} 01 {account} {nonce} 0009 {owner} {a} {fee}", head("11")),
		format!("{} {params} 01 {account} {nonce} {a} {b} {fee}", head("20")),
		format!("{} {params} {account} {nonce} 00000014 00000015 {a} {b} {c} {fee}", head("21")),
		format!("{} {params} {account} {nonce} {a} {b} {c} {fee}", head("22")),
	];
	for (transaction, expected) in all().iter().zip(expected) {
		let bytes = transaction.encode();
		let (body, tail) = bytes.split_at(bytes.len() - 96);
		assert_eq!(hex::encode(body), expected.replace(' ', ""));
		assert_eq!(tail[..32], transaction.key().0);
		assert_eq!(Transaction::decode(&bytes).as_ref(), Ok(transaction));
	}
}

#[test]
fn malformed_bytes_are_refused_by_name() {
	let bytes: Vec<_> = all().iter().map(Transaction::encode).collect();
	for bytes in &bytes {
		for length in 0..bytes.len() {
			assert_eq!(Transaction::decode(&bytes[..length]), Err(Refusal::UnexpectedEnd));
		}
		let longer = [&bytes[..], &[0]].concat();
		assert_eq!(Transaction::decode(&longer), Err(Refusal::TrailingBytes));
	}
	let change = |which: usize, at: usize, byte: u8| {
		let mut bytes = bytes[which].clone();
		bytes[at] = byte;
		Transaction::decode(&bytes)
	};
	assert_eq!(change(0, 0, 2), Err(Refusal::WrongVersion));
	for kind in [0, 1, 2, 3, 4, 5, 18, 35, 255] {
		assert_eq!(change(0, 1, kind), Err(Refusal::UnknownKind));
	}
	assert_eq!(change(0, 8, 1), Err(Refusal::TimeTooLarge));
	assert_eq!(change(0, 15, 1), Err(Refusal::IndexTooLarge));
	assert_eq!(change(0, 58, 1), Err(Refusal::AmountTooLarge));
	assert_eq!(change(0, 74, 1), Err(Refusal::FeeTooLarge));
	assert_eq!(change(2, 22, 2), Err(Refusal::BadDirection));
}

#[test]
fn a_changed_transaction_does_not_verify() {
	for transaction in all() {
		let mut bytes = transaction.encode();
		// The lowest byte of the fee.
		let at = bytes.len() - 97;
		bytes[at] ^= 1;
		let changed = Transaction::decode(&bytes).expect("still a transaction");
		assert_eq!(changed.verify(), Err(Refusal::BadSignature));
	}
}
