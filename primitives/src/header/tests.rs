// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::poseidon::word_to_bytes;
use codec::{Decode, MaxEncodedLen};

fn part(chain: u8) -> ChainHeader {
	let n = u32::from(chain);
	ChainHeader {
		chain: ChainId(chain),
		size_class: SizeClass::new(1).expect("a class"),
		old_root: Word::from(100 + n),
		new_root: Word::from(200 + n),
		old_next: 300 + n,
		new_next: 400 + n,
		fee_account: AccountIndex::new(500 + n).expect("an index"),
		data_commitment: Word::from(600 + n),
		data_length: 700 + n,
		log_commitment: Word::from(800 + n),
		log_count: 2,
		priority_count: 900,
	}
}

fn header() -> Header {
	Header {
		network: NetworkId(0xA1A2_A3A4),
		chain_list_hash: [1; 32],
		number: BlockNumber(7),
		parent: [2; 32],
		revert_epoch: 3,
		oracle_epoch: 4,
		member_set_hash: [5; 32],
		timestamp: Timestamp::new(6).expect("a time"),
		circuit_version: 8,
		keys_digest: [9; 32],
		join_class: JoinClass::new(1).expect("a class"),
		chains: vec![part(1), part(2)],
	}
}

#[test]
fn fields_stand_at_the_offsets_of_the_table() {
	let bytes = header().encode();
	assert_eq!(bytes.len(), 161 + 2 * 152);
	let at = |offset: usize, expected: &[u8]| {
		assert_eq!(&bytes[offset..offset + expected.len()], expected, "offset {offset}");
	};
	at(0, &[1]);
	at(1, &[0xA1, 0xA2, 0xA3, 0xA4]);
	at(5, &[1; 32]);
	at(37, &7u64.to_be_bytes());
	at(45, &[2; 32]);
	at(77, &3u32.to_be_bytes());
	at(81, &4u32.to_be_bytes());
	at(85, &[5; 32]);
	at(117, &6u64.to_be_bytes());
	at(125, &8u16.to_be_bytes());
	at(127, &[9; 32]);
	at(159, &[1, 2]);
	let second = 161 + 152;
	at(second, &[2, 1]);
	at(second + 2, &word_to_bytes(&Word::from(102)));
	at(second + 34, &word_to_bytes(&Word::from(202)));
	at(second + 66, &302u32.to_be_bytes());
	at(second + 70, &402u32.to_be_bytes());
	at(second + 74, &502u32.to_be_bytes());
	at(second + 78, &word_to_bytes(&Word::from(602)));
	at(second + 110, &702u32.to_be_bytes());
	at(second + 114, &word_to_bytes(&Word::from(802)));
	at(second + 146, &2u32.to_be_bytes());
	at(second + 150, &900u16.to_be_bytes());
	assert_eq!(Header::decode(&bytes), Ok(header()));
	assert_eq!(header().hash(), blake2("ligature/header/1", &[&bytes]));
}

#[test]
fn malformed_headers_are_refused_by_name() {
	let bytes = header().encode();
	for length in [0, 1, 160, 161, bytes.len() - 1] {
		assert_eq!(Header::decode(&bytes[..length]), Err(Refusal::BadLength));
	}
	assert_eq!(Header::decode(&[&bytes[..], &[0]].concat()), Err(Refusal::BadLength));
	let change = |at: usize, new: &[u8]| {
		let mut bytes = bytes.clone();
		bytes[at..at + new.len()].copy_from_slice(new);
		Header::decode(&bytes)
	};
	assert_eq!(change(0, &[2]), Err(Refusal::WrongVersion));
	assert_eq!(change(117, &[0, 0, 1]), Err(Refusal::TimeTooLarge));
	assert_eq!(change(159, &[5]), Err(Refusal::UnknownClass));
	assert_eq!(change(160, &[1]), Err(Refusal::ChainCount));
	assert_eq!(change(160, &[5]), Err(Refusal::ChainCount));
	assert_eq!(change(160, &[3]), Err(Refusal::BadLength));
	assert_eq!(change(161, &[0]), Err(Refusal::ChainOrder));
	assert_eq!(change(161, &[2]), Err(Refusal::ChainOrder));
	assert_eq!(change(162, &[5]), Err(Refusal::UnknownClass));
	for word in [2, 34, 78, 114] {
		assert_eq!(change(161 + word, &[0xFF; 32]), Err(Refusal::WordNotCanonical));
	}
	for next in [66, 70] {
		assert!(change(161 + next, &[1, 0, 0, 0]).is_ok());
		assert_eq!(change(161 + next, &[1, 0, 0, 1]), Err(Refusal::IndexTooLarge));
	}
	assert_eq!(change(161 + 74, &[1, 0, 0, 0]), Err(Refusal::IndexTooLarge));
}

#[test]
fn scale_form_is_the_bytes() {
	let scale = codec::Encode::encode(&header());
	assert_eq!(scale, codec::Encode::encode(&header().encode()));
	assert_eq!(<Header as Decode>::decode(&mut &scale[..]), Ok(header()));
	let four = Header { chains: (1..=4).map(part).collect(), ..header() };
	assert_eq!(codec::Encode::encode(&four).len(), Header::max_encoded_len());
}

#[test]
fn empty_halves_have_to_be_marked_and_unchanged() {
	let empty = ChainHeader::unchanged(ChainId(1), Word::from(1), 5);
	let with = |first: ChainHeader| {
		let second = ChainHeader { log_count: 0, log_commitment: Word::ZERO, ..part(2) };
		Header { join_class: JoinClass::EMPTY, chains: vec![first, second], ..header() }
	};
	assert_eq!(with(empty.clone()).check_empty(), Ok(()));
	let bad = Err(Refusal::BadEmptyHalf);
	let class = SizeClass::new(1).expect("a class");
	for changed in [
		ChainHeader { size_class: class, ..empty.clone() },
		ChainHeader { data_length: 1, ..empty.clone() },
		ChainHeader { new_root: Word::from(2), ..empty.clone() },
		ChainHeader { new_next: 6, ..empty.clone() },
		ChainHeader { fee_account: AccountIndex::new(1).expect("an index"), ..empty.clone() },
		ChainHeader { data_commitment: Word::from(1), ..empty.clone() },
		ChainHeader { log_commitment: Word::from(1), ..empty.clone() },
		ChainHeader { log_count: 1, ..empty.clone() },
		ChainHeader { priority_count: 1, ..empty.clone() },
		ChainHeader { data_length: 0, ..part(1) },
	] {
		assert_eq!(with(changed).check_empty(), bad);
	}
}

#[test]
fn join_class_has_to_hold_the_joint_operations() {
	let with = |counts: [u32; 2], class: u8| {
		let part = |chain: u8, count| ChainHeader {
			log_count: count,
			log_commitment: if count == 0 { Word::ZERO } else { Word::from(1) },
			..part(chain)
		};
		let chains = vec![part(1, counts[0]), part(2, counts[1])];
		let join_class = JoinClass::new(class).expect("a class");
		Header { join_class, chains, ..header() }.check_empty()
	};
	let bad = Err(Refusal::BadJoinClass);
	assert_eq!(with([0, 0], 0), Ok(()));
	assert_eq!(with([0, 0], 1), bad);
	assert_eq!(with([1, 1], 0), bad);
	assert_eq!(with([1, 1], 1), Ok(()));
	assert_eq!(with([1, 1], 3), Ok(()));
	assert_eq!(with([1, 2], 1), bad);
	assert_eq!(with([8, 8], 1), Ok(()));
	assert_eq!(with([10, 8], 1), bad);
	assert_eq!(with([u32::MAX, u32::MAX], 4), bad);
	let mut silent = header();
	silent.chains[0].log_count = 0;
	silent.chains[1].log_count = 2;
	assert_eq!(silent.check_empty(), bad);
}

#[test]
fn public_inputs_hash_the_fields_of_the_protocol() {
	let header = header();
	let first = Pack::new().field(0xA1A2_A3A4, 32).field(8, 16);
	let block = first.clone().field(2, 8).field(1, 8).field(7, 64).field(6, 64).word();
	let counters =
		Pack::new().field(502, 24).field(302, 32).field(402, 32).field(702, 32).field(2, 32).word();
	let words =
		[block, counters, Word::from(102), Word::from(202), Word::from(602), Word::from(802)];
	assert_eq!(header.chain_public_input(ChainId(2)), Ok(hash(Domain::CHAIN_INPUT, &words)));
	assert_eq!(header.chain_public_input(ChainId(3)), Err(Refusal::UnknownChain));

	let head = first.field(1, 8).field(2, 8).field(7, 64).word();
	let q = |chain: u128| Pack::new().field(chain, 8).field(2, 32).word();
	let zero = Word::ZERO;
	let words = [head, q(1), Word::from(801), q(2), Word::from(802), zero, zero, zero, zero];
	assert_eq!(header.join_public_input(), hash(Domain::JOIN_INPUT, &words));
}

#[test]
fn final_roots_chain() {
	let header = header();
	let hash_of = |words: [u32; 3]| hash(Domain::FINAL_ROOT, &words.map(Word::from));
	assert_eq!(header.final_root(), hash_of([7, 201, 202]));
	assert_eq!(header.old_final_root(), hash_of([6, 101, 102]));
}

#[test]
fn genesis_changes_nothing() {
	let network = Network::new(NetworkId(3), vec![ChainId(1), ChainId(2)]).expect("valid");
	let genesis = Header::genesis(&network, [1; 32], [2; 32], Word::from(5));
	assert_eq!(genesis.check_empty(), Ok(()));
	assert_eq!(Header::decode(&genesis.encode()), Ok(genesis.clone()));
	assert_eq!(genesis.old_final_root(), Word::ZERO);
	assert!(genesis.chains.iter().all(|c| c.old_root == Word::from(5) && c.new_next == 0));
}

#[test]
fn digests_hash_the_bytes_of_the_protocol() {
	let chains = [(ChainId(1), [7; 32]), (ChainId(2), [8; 32])];
	let bytes = [&[0, 0, 0, 3, 2, 1][..], &[7; 32], &[2], &[8; 32]].concat();
	assert_eq!(chain_list_hash(NetworkId(3), &chains), blake2("ligature/chains/1", &[&bytes]));
	let bytes = [&[0, 0, 0, 9, 0, 2][..], &[1; 32], &[2; 32]].concat();
	assert_eq!(member_set_hash(9, &[[1; 32], [2; 32]]), blake2("ligature/members/1", &[&bytes]));
	let class = SizeClass::new(3).expect("a class");
	let digest = keys_digest(
		5,
		(JoinClass::EMPTY, [6; 32]),
		&[(class, [7; 32]), (SizeClass::EMPTY, [8; 32])],
	);
	let bytes = [&[0, 5, 0][..], &[0; 32], &[3], &[7; 32], &[0], &[0; 32]].concat();
	assert_eq!(digest, blake2("ligature/keys/1", &[&bytes]));
	// BLAKE2b-256 of "abc".
	assert_eq!(
		hex::encode(blake2("a", &[b"b", b"c"])),
		"bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"
	);
}
