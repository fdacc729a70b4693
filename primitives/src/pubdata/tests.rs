// SPDX-License-Identifier: Apache-2.0

//! Every form of public data, and every refusal of section 9.2 of `docs/protocol.md`.

use super::*;
use crate::{
	amount::Fee,
	ids::{AccountIndex, ChainId, Owner, Side, TokenId},
	keys::{PublicKey, SecretKey},
	op::*,
	pool::PoolParams,
};

fn class(number: u8) -> SizeClass {
	SizeClass::new(number).expect("a class")
}

fn amount(value: u128) -> Amount {
	Amount::new(value).expect("an amount")
}

fn fee(value: u128) -> Fee {
	Fee::new(value).expect("a fee")
}

fn account(index: u32) -> AccountIndex {
	AccountIndex::new(index).expect("an index")
}

fn key() -> PublicKey {
	SecretKey::from_seed(&[1; 32]).public_key()
}

const OWNER: Owner = Owner([9; 32]);
const SLOT: PoolSlot = PoolSlot(5);
const PARAMS: PoolParams = PoolParams {
	chain0: ChainId(1),
	token0: TokenId(0),
	chain1: ChainId(2),
	token1: TokenId(3),
	fee_bps: 30,
};

fn transfer(token: u16, fee_value: u128) -> Half {
	TransferHalf {
		token: TokenId(token),
		from: account(1),
		to: Receiver::existing(account(2)),
		amount: amount(1_000_000),
		fee: fee(fee_value),
	}
	.into()
}

fn deposit(key: Option<PublicKey>) -> Half {
	DepositHalf {
		account: account(3),
		created: true,
		token: TokenId(0),
		owner: OWNER,
		amount: amount(5),
		key,
	}
	.into()
}

fn exit_burn(shares: u128, amount0: u128) -> Half {
	ExitBurnHalf {
		account: account(1),
		slot: SLOT,
		owner: OWNER,
		shares: amount(shares),
		amount0: amount(amount0),
	}
	.into()
}

fn change_key(outcome: KeyOutcome) -> Half {
	ChangePubKeyHalf { account: account(7), outcome, owner: OWNER, key: key() }.into()
}

fn create_pool(slot: PoolSlot, params: PoolParams) -> Half {
	CreatePoolHalf { slot, side: Side::One, params }.into()
}

/// One half of every kind, each in every form that the wire tells apart.
fn all_halves() -> Vec<Half> {
	let new = Receiver::new(account(9), OWNER);
	let old = Receiver::existing(account(8));
	let a = account(0xABCDEF);
	let withdraw = WithdrawHalf {
		token: TokenId(511),
		account: a,
		receiver: OWNER,
		amount: Amount::MAX,
		fee: Fee::MAX,
	};
	let new_transfer =
		TransferHalf { token: TokenId(3), from: a, to: new, amount: amount(1), fee: fee(2) };
	vec![
		transfer(3, 300),
		transfer(3, 300),
		transfer(3, 0),
		transfer(64, 0),
		transfer(1023, 12),
		new_transfer.into(),
		withdraw.into(),
		deposit(None),
		deposit(Some(key())),
		FullExitHalf { account: a, token: TokenId(511), owner: OWNER, paid: amount(0) }.into(),
		exit_burn(0, 0),
		exit_burn(5, 4),
		change_key(KeyOutcome::Refused),
		change_key(KeyOutcome::Applied),
		change_key(KeyOutcome::Created),
		create_pool(SLOT, PARAMS),
		SwapInHalf { slot: SLOT, account: a, amount: amount(77), fee: fee(5) }.into(),
		SwapOutHalf { slot: SLOT, to: old, amount: amount(77) }.into(),
		SwapOutHalf { slot: SLOT, to: new, amount: amount(77) }.into(),
		AddLiquidity0Half {
			slot: SLOT,
			account: a,
			amount0: amount(1),
			fee: fee(1),
			minted: amount(2),
		}
		.into(),
		AddLiquidity1Half { slot: SLOT, account: a, amount1: amount(3) }.into(),
		RemoveLiquidity0Half {
			slot: SLOT,
			account: a,
			shares: amount(1),
			amount0: amount(2),
			fee: fee(1),
		}
		.into(),
		RemoveLiquidity1Half { slot: SLOT, to: old, amount1: amount(2) }.into(),
		RemoveLiquidity1Half { slot: SLOT, to: new, amount1: amount(2) }.into(),
		ExitLiquidity1Half { slot: SLOT, to: old, amount1: amount(2) }.into(),
		ExitLiquidity1Half { slot: SLOT, to: new, amount1: amount(2) }.into(),
	]
}

fn register(slot: u16) -> Register {
	Register { slot: PoolSlot(slot), own: amount(10), foreign: amount(20) }
}

fn data(registers: &[u16], halves: Vec<Half>) -> PublicData {
	PublicData { registers: registers.iter().copied().map(register).collect(), halves }
}

/// The stream of these halves without any check of the whole, with `SLOT` as the only register.
fn stream(halves: &[Half]) -> Vec<u8> {
	let slots = [SLOT];
	let mut writer = Writer::new(vec![1, 0, 5, 0xD1, 10, 0xD1, 20], &slots);
	for half in halves {
		half.write(&mut writer).expect("the register is there");
	}
	writer.into_bytes()
}

/// The stream of one half on a chain without registers.
fn alone(half: &Half) -> Vec<u8> {
	let mut writer = Writer::new(vec![0], &[]);
	half.write(&mut writer).expect("no register needed");
	writer.into_bytes()
}

fn refusal(bytes: &[u8]) -> Refusal {
	PublicData::decode(bytes, class(1)).expect_err("malformed")
}

#[test]
fn every_half_survives_the_wire() {
	let data = data(&[5], all_halves());
	let bytes = data.encode(class(3)).expect("valid");
	assert_eq!(PublicData::decode(&bytes, class(3)), Ok(data));
}

#[test]
fn bytes_are_those_of_the_table() {
	let owner = "09".repeat(32);
	let to_new: Half = TransferHalf {
		token: TokenId(3),
		from: account(0xABCDEF),
		to: Receiver::new(account(9), OWNER),
		amount: amount(1),
		fee: fee(2),
	}
	.into();
	for (half, expected) in [
		(transfer(3, 300), "03 000001 000002 23c34601 17".into()),
		(transfer(64, 0), "80 0040 000001 000002 23c34601 00".into()),
		(to_new, format!("81 0003 abcdef 000009 {owner} d101 02")),
		(exit_burn(0, 0), format!("89 000001 0205 {owner} d0 d0")),
		// The packed parameters' first field is the lowest, so big-endian it comes last.
		(create_pool(SLOT, PARAMS), "8b 0005 01 001e 0003 02 0000 01".into()),
	] {
		let bytes = stream(core::slice::from_ref(&half));
		assert_eq!(hex::encode(&bytes[7..]), expected.replace(' ', ""), "{half:?}");
	}
}

#[test]
fn an_ordinary_transfer_takes_eleven_or_twelve_bytes() {
	let one = stream(&[transfer(3, 300)]).len() - 7;
	let two = stream(&[transfer(3, 300), transfer(3, 300)]).len() - 7;
	assert_eq!((one, two - one), (12, 11));
}

#[test]
fn empty_data_is_class_zero_and_nothing_else() {
	let empty = PublicData::default();
	assert_eq!(empty.encode(class(0)), Ok(vec![]));
	assert_eq!(PublicData::decode(&[], class(0)), Ok(empty.clone()));
	assert_eq!(empty.commitment(class(0)), Ok(Word::ZERO));
	assert_eq!(empty.encode(class(1)), Err(Refusal::NoHalves));
	assert_eq!(refusal(&[]), Refusal::UnexpectedEnd);
	assert_eq!(PublicData::decode(&[0], class(0)), Err(Refusal::DataFull));
	assert_eq!(data(&[], vec![deposit(None)]).encode(class(0)), Err(Refusal::DataFull));
}

#[test]
fn unexpected_end_when_anything_is_cut_off() {
	let halves = all_halves();
	let bytes = stream(&halves);
	for half in &halves {
		let whole = stream(core::slice::from_ref(half));
		for length in 8..whole.len() {
			let cut = PublicData::decode(&whole[..length], class(1));
			assert_eq!(cut, Err(Refusal::UnexpectedEnd), "{half:?} cut to {length}");
		}
	}
	for length in 1..7 {
		assert_eq!(refusal(&bytes[..length]), Refusal::UnexpectedEnd);
	}
}

#[test]
fn unknown_head_when_no_half_begins_with_the_byte() {
	for head in (0x83..=0x87).chain(0x8C..=0x9F).chain(0xF0..=0xFF) {
		assert_eq!(refusal(&[&stream(&[])[..], &[head]].concat()), Refusal::UnknownHead);
	}
}

#[test]
fn non_canonical_amount_when_another_encoding_exists() {
	let mut bytes = alone(&deposit(None));
	let last = bytes.len() - 2;
	assert_eq!(bytes[last..], [0xD1, 5]);
	bytes[last..].copy_from_slice(&[0xD1, 0]);
	assert_eq!(refusal(&bytes), Refusal::NonCanonicalAmount);
}

#[test]
fn amount_too_large_when_a_float_exceeds_the_limit() {
	let mut bytes = alone(&deposit(None));
	bytes.truncate(bytes.len() - 2);
	bytes.extend((33 * 100_000_000u32 + 6).to_be_bytes());
	assert_eq!(refusal(&bytes), Refusal::AmountTooLarge);
}

#[test]
fn non_canonical_fee_when_the_fee_is_the_remembered_one() {
	// The memory starts with 0, so a written 0 is refused as well.
	let mut bytes = alone(&transfer(3, 300));
	*bytes.last_mut().expect("a fee") = 0;
	assert_eq!(refusal(&bytes), Refusal::NonCanonicalFee);
	let first = alone(&transfer(3, 300));
	assert_eq!(refusal(&[&first[..], &first[1..]].concat()), Refusal::NonCanonicalFee);
	assert_eq!(refusal(&[&first[..first.len() - 1], &[10]].concat()), Refusal::NonCanonicalFee);
}

#[test]
fn fees_are_remembered_by_short_heads_only() {
	let new: Half = TransferHalf {
		token: TokenId(3),
		from: account(1),
		to: Receiver::new(account(2), OWNER),
		amount: amount(1),
		fee: fee(7),
	}
	.into();
	let data = data(&[], vec![new, transfer(3, 7), transfer(4, 7), transfer(3, 7)]);
	let bytes = data.encode(class(1)).expect("valid");
	// A count, 44 bytes, twice 12 bytes, and the last that repeats its fee.
	assert_eq!([1, 45, 57, 69].map(|at| bytes[at]), [0x81, 0x03, 0x04, 0x43]);
	assert_eq!(PublicData::decode(&bytes, class(1)), Ok(data));
}

#[test]
fn fee_too_large_when_not_below_the_limit() {
	let mut bytes = alone(&transfer(3, 300));
	bytes.pop();
	bytes.push(0xF0);
	amount(1 << 80).encode_wire(&mut bytes);
	assert_eq!(refusal(&bytes), Refusal::FeeTooLarge);
}

#[test]
fn non_canonical_token_when_a_short_head_exists() {
	let mut bytes = alone(&transfer(64, 300));
	bytes[3] = 63;
	assert_eq!(refusal(&bytes), Refusal::NonCanonicalToken);
}

#[test]
fn token_out_of_range_when_it_does_not_exist_or_is_not_of_l1() {
	let cases: [(Half, usize, u16); 6] = [
		(transfer(64, 300), 2, 1024),
		(deposit(None), 6, 512),
		(deposit(None), 6, 1024),
		(all_halves().swap_remove(6), 2, 512),
		(exit_burn(0, 0), 5, 1024),
		(all_halves().swap_remove(5), 2, 1024),
	];
	for (half, at, token) in cases {
		let mut bytes = alone(&half);
		bytes[at..at + 2].copy_from_slice(&token.to_be_bytes());
		assert_eq!(refusal(&bytes), Refusal::TokenOutOfRange, "{half:?}");
	}
	assert_eq!(data(&[], vec![transfer(1024, 1)]).encode(class(1)), Err(Refusal::TokenOutOfRange));
}

#[test]
fn bad_flags_when_a_bit_is_unknown_or_new_is_not_applied() {
	let mut bytes = alone(&deposit(None));
	bytes[2] |= 4;
	assert_eq!(refusal(&bytes), Refusal::BadFlags);
	let mut bytes = alone(&change_key(KeyOutcome::Created));
	for flags in [1, 4, 255] {
		bytes[2] = flags;
		assert_eq!(refusal(&bytes), Refusal::BadFlags);
	}
}

#[test]
fn register_out_of_range_when_the_pool_is_not_listed() {
	let swap: Half =
		SwapInHalf { slot: SLOT, account: account(1), amount: amount(1), fee: fee(1) }.into();
	let mut bytes = stream(std::slice::from_ref(&swap));
	bytes[7] = 0xA1;
	assert_eq!(refusal(&bytes), Refusal::RegisterOutOfRange);
	for half in [create_pool(SLOT, PARAMS), exit_burn(5, 4)] {
		assert_eq!(refusal(&alone(&half)), Refusal::RegisterOutOfRange);
		let other = data(&[6], vec![half]).encode(class(1));
		assert_eq!(other, Err(Refusal::RegisterOutOfRange));
	}
	assert_eq!(data(&[], vec![swap]).encode(class(1)), Err(Refusal::RegisterOutOfRange));
	// Without shares no pool is touched.
	assert!(PublicData::decode(&alone(&exit_burn(0, 0)), class(1)).is_ok());
}

#[test]
fn register_order_when_slots_do_not_ascend() {
	for slots in [[5, 5], [5, 4]] {
		let halves = slots.map(|slot| create_pool(PoolSlot(slot), PARAMS)).to_vec();
		assert_eq!(data(&slots, halves).encode(class(1)), Err(Refusal::RegisterOrder));
		let mut bytes = vec![2];
		for slot in slots {
			bytes.extend([0, slot as u8, 0xD0, 0xD0]);
		}
		assert_eq!(refusal(&bytes), Refusal::RegisterOrder);
	}
}

#[test]
fn too_many_pools_when_there_are_nine_registers() {
	assert_eq!(refusal(&[9]), Refusal::TooManyPools);
	let slots: Vec<u16> = (0..9).collect();
	let halves = slots.iter().map(|slot| create_pool(PoolSlot(*slot), PARAMS)).collect();
	assert_eq!(data(&slots, halves).encode(class(2)), Err(Refusal::TooManyPools));
}

#[test]
fn unused_register_when_no_half_touches_it() {
	let lonely = data(&[5], vec![deposit(None), exit_burn(0, 0)]);
	assert_eq!(lonely.encode(class(1)), Err(Refusal::UnusedRegister));
	assert_eq!(refusal(&stream(&lonely.halves)), Refusal::UnusedRegister);
}

#[test]
fn no_halves_when_a_stream_has_none() {
	assert_eq!(refusal(&[0]), Refusal::NoHalves);
}

#[test]
fn bad_exit_when_no_shares_pay() {
	assert_eq!(refusal(&alone(&exit_burn(0, 1))), Refusal::BadExit);
	assert_eq!(data(&[], vec![exit_burn(0, 1)]).encode(class(1)), Err(Refusal::BadExit));
}

#[test]
fn owner_zero_when_an_owner_is_missing() {
	for half in all_halves() {
		let mut bytes = stream(std::slice::from_ref(&half));
		let Some(at) = bytes.windows(32).rposition(|window| window == [9; 32]) else { continue };
		bytes[at..at + 32].fill(0);
		assert_eq!(refusal(&bytes), Refusal::OwnerZero, "{half:?}");
	}
}

#[test]
fn keys_are_refused_by_name() {
	use ark_ed_on_bls12_381::EdwardsAffine;
	use ark_serialize::CanonicalSerialize;
	let encode = |point: EdwardsAffine| {
		let mut bytes = Vec::new();
		point.serialize_compressed(&mut bytes).expect("a vector takes it");
		bytes
	};
	let low_order = EdwardsAffine::new_unchecked(Word::ZERO, -Word::from(1));
	for (bytes, expected) in [
		(encode(EdwardsAffine::default()), Refusal::KeyIsIdentity),
		(encode(low_order), Refusal::KeyNotInSubgroup),
		(vec![0xFF; 32], Refusal::KeyNotCanonical),
	] {
		for half in [deposit(Some(key())), change_key(KeyOutcome::Applied)] {
			let mut stream = alone(&half);
			let at = stream.len() - 32;
			stream[at..].copy_from_slice(&bytes);
			assert_eq!(refusal(&stream), expected);
		}
	}
}

#[test]
fn pools_full_when_the_slot_does_not_exist() {
	let beyond = PoolSlot(512);
	assert_eq!(refusal(&alone(&create_pool(beyond, PARAMS))), Refusal::PoolsFull);
	let registered = data(&[512], vec![create_pool(beyond, PARAMS)]);
	assert_eq!(registered.encode(class(1)), Err(Refusal::PoolsFull));
	assert_eq!(refusal(&[1, 2, 0, 0xD0, 0xD0]), Refusal::PoolsFull);
}

#[test]
fn pool_parameters_and_sides_are_refused_by_name() {
	let bad = create_pool(SLOT, PoolParams { fee_bps: 1001, ..PARAMS });
	assert_eq!(refusal(&alone(&bad)), Refusal::BadPoolParams);
	let mut bytes = alone(&create_pool(SLOT, PARAMS));
	bytes[4] = 2;
	assert_eq!(refusal(&bytes), Refusal::WrongSide);
}

#[test]
fn block_full_when_cells_exceed_the_class() {
	let pairs = |count: usize| data(&[], vec![transfer(3, 300); count]);
	assert!(pairs(4).encode(class(1)).is_ok());
	assert_eq!(pairs(5).encode(class(1)), Err(Refusal::BlockFull));
	assert_eq!(refusal(&pairs(5).encode(class(2)).expect("fits")), Refusal::BlockFull);
	assert_eq!(pairs(5).expand(class(1)), Err(Refusal::BlockFull));
}

#[test]
fn data_full_when_longer_than_the_class_allows() {
	let bytes = vec![0; class(1).max_public_data() + 1];
	assert_eq!(refusal(&bytes), Refusal::DataFull);
}

/// Section 2 says that what fits the slots fits the bytes.
#[test]
fn the_longest_halves_fit_the_limit() {
	let longest = |pair: [Half; 2]| stream(&pair).len() - 7;
	let withdraw: Half = WithdrawHalf {
		token: TokenId(511),
		account: account(1),
		receiver: OWNER,
		amount: Amount::MAX,
		fee: Fee::MAX,
	}
	.into();
	let deposit: Half = DepositHalf {
		account: account(3),
		created: true,
		token: TokenId(0),
		owner: OWNER,
		amount: Amount::MAX,
		key: None,
	}
	.into();
	assert_eq!(longest([withdraw.clone(), deposit.clone()]), 119);
	let halves: Vec<_> = (0..4).flat_map(|_| [withdraw.clone(), deposit.clone()]).collect();
	let full = data(&[], halves).encode(class(1)).expect("fits");
	assert!(full.len() <= class(1).max_public_data());
}

#[test]
fn halves_stand_where_the_table_says() {
	let swap_in: Half =
		SwapInHalf { slot: SLOT, account: account(1), amount: amount(1), fee: fee(0) }.into();
	let halves = vec![deposit(None), transfer(3, 1), deposit(None), deposit(None), swap_in];
	let data = data(&[5], halves);
	let codes: Vec<_> =
		data.slots(class(2)).expect("fits").iter().take(8).map(|cell| cell.code).collect();
	use CellCode::*;
	let expected = [Deposit, Noop, TransferOut, TransferIn, Deposit, Deposit, SwapIn, Noop];
	assert_eq!(codes, expected);
	for (half, cells) in all_halves().iter().map(|half| (half, half.cells().expect("valid"))) {
		assert_eq!(cells.len() as u32, half.place().cells(), "{half:?}");
	}
}

#[test]
fn cells_hold_the_fields_of_the_table() {
	let pack = |code: u128, flags: u128, account: u128, selector: u128, amount: u128, fee: u128| {
		Pack::new()
			.field(code, 8)
			.field(flags, 8)
			.field(account, 24)
			.field(selector, 16)
			.field(amount, 112)
			.field(fee, 80)
			.word()
	};
	let zero = Word::ZERO;
	let owner = OWNER.word();
	let key_word = key().validate().expect("valid").word();
	let a = 0xABCDEF;
	let expected: Vec<Vec<(Word, Word)>> = vec![
		vec![
			(pack(0x10, 0, 1, 3, 1_000_000, 300), zero),
			(pack(0x11, 0, 2, 3, 1_000_000, 0), zero),
		],
		vec![
			(pack(0x10, 0, 1, 3, 1_000_000, 300), zero),
			(pack(0x11, 0, 2, 3, 1_000_000, 0), zero),
		],
		vec![(pack(0x10, 0, 1, 3, 1_000_000, 0), zero), (pack(0x11, 0, 2, 3, 1_000_000, 0), zero)],
		vec![
			(pack(0x10, 0, 1, 64, 1_000_000, 0), zero),
			(pack(0x11, 0, 2, 64, 1_000_000, 0), zero),
		],
		vec![
			(pack(0x10, 0, 1, 1023, 1_000_000, 12), zero),
			(pack(0x11, 0, 2, 1023, 1_000_000, 0), zero),
		],
		vec![(pack(0x10, 0, a, 3, 1, 2), zero), (pack(0x11, 1, 9, 3, 1, 0), owner)],
		vec![(pack(0x12, 0, a, 511, Amount::MAX.get(), Fee::MAX.get()), owner)],
		vec![(pack(0x01, 1, 3, 0, 5, 0), owner)],
		vec![(pack(0x01, 1, 3, 0, 5, 0), owner), (pack(0x02, 2, 3, 0, 0, 0), key_word)],
		vec![(pack(0x03, 0, a, 511, 0, 0), owner)],
		vec![(pack(0x06, 0, 1, 517, 0, 0), owner), (pack(0x07, 0, 1, 5, 0, 0), zero)],
		vec![(pack(0x06, 0, 1, 517, 5, 0), owner), (pack(0x07, 0, 1, 5, 4, 0), zero)],
		vec![(pack(0x04, 0, 7, 0, 0, 0), owner), (pack(0x02, 0, 7, 0, 0, 0), key_word)],
		vec![(pack(0x04, 2, 7, 0, 0, 0), owner), (pack(0x02, 2, 7, 0, 0, 0), key_word)],
		vec![(pack(0x04, 3, 7, 0, 0, 0), owner), (pack(0x02, 2, 7, 0, 0, 0), key_word)],
		vec![(pack(0x05, 0, 0, 5, 1, 0), PARAMS.word())],
		vec![(pack(0x20, 0, a, 5, 77, 5), zero)],
		vec![(pack(0x21, 0, 8, 5, 77, 0), zero)],
		vec![(pack(0x21, 1, 9, 5, 77, 0), owner)],
		vec![(pack(0x22, 0, a, 5, 1, 1), zero), (pack(0x23, 0, a, 5, 2, 0), zero)],
		vec![(pack(0x24, 0, a, 5, 3, 0), zero)],
		vec![(pack(0x25, 0, a, 5, 1, 1), zero), (pack(0x26, 0, a, 5, 2, 0), zero)],
		vec![(pack(0x27, 0, 8, 5, 2, 0), zero)],
		vec![(pack(0x27, 1, 9, 5, 2, 0), owner)],
		vec![(pack(0x08, 0, 8, 5, 2, 0), zero)],
		vec![(pack(0x08, 1, 9, 5, 2, 0), owner)],
	];
	let halves = all_halves();
	assert_eq!(halves.len(), expected.len());
	for (half, expected) in halves.iter().zip(expected) {
		let words: Vec<_> = half
			.cells()
			.expect("valid")
			.iter()
			.map(Cell::words)
			.map(|[head, aux]| (head, aux))
			.collect();
		assert_eq!(words, expected, "{half:?}");
	}
}

#[test]
fn the_commitment_hashes_slots_then_registers() {
	let data = data(&[5], vec![create_pool(SLOT, PARAMS), deposit(None)]);
	let words = data.expand(class(1)).expect("fits");
	assert_eq!(words.len(), 2 * 8 + 8);
	let mut expected: Vec<Word> = Vec::new();
	for half in &data.halves {
		expected.extend(half.cells().expect("valid")[0].words());
	}
	expected.resize(16, Word::ZERO);
	expected.push(Pack::new().field(5, 16).field(10, 112).field(20, 112).field(1, 8).word());
	expected.resize(24, Word::ZERO);
	assert_eq!(words, expected);
	assert_eq!(data.commitment(class(1)), Ok(hash(Domain::PUBLIC_DATA, &expected)));
	assert_ne!(data.commitment(class(1)), data.commitment(class(2)));
}

#[test]
fn refusals_say_where() {
	let mut bytes = stream(&[create_pool(SLOT, PARAMS), deposit(None), deposit(None)]);
	let second = 7 + 12;
	bytes[second + 1] = 8;
	let malformed = PublicData::decode_located(&bytes, class(1)).expect_err("flags");
	assert_eq!(malformed, Malformed { refusal: Refusal::BadFlags, offset: second });
}

#[test]
fn payments_and_priority_are_told_from_the_halves() {
	let halves = all_halves();
	let priority: Vec<_> = halves.iter().filter(|half| half.is_priority()).collect();
	assert_eq!(priority.len(), 9);
	let payments: Vec<_> = halves.iter().filter_map(Half::payment).collect();
	assert_eq!(
		payments,
		[
			Payment { token: TokenId(511), receiver: OWNER, amount: Amount::MAX },
			Payment { token: TokenId(511), receiver: OWNER, amount: Amount::ZERO },
		]
	);
}
