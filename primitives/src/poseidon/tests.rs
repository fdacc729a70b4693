// SPDX-License-Identifier: Apache-2.0

use super::*;
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};
use hex_literal::hex;
use proptest::prelude::*;

/// The permutation as the paper defines it.
fn permute_by_definition<const T: usize>(state: &mut [Word; T], parameters: &Parameters<T>) {
	let rounds = parameters.round_constants.len();
	let half = Parameters::<T>::FULL_ROUNDS / 2;
	for (round, constants) in parameters.round_constants.iter().enumerate() {
		for i in 0..T {
			state[i] += constants[i];
		}
		let full = round < half || round >= rounds - half;
		for word in &mut state[..if full { T } else { 1 }] {
			*word = word.pow([5]);
		}
		*state = parameters.mds.map(|row| row.iter().zip(&*state).map(|(m, x)| *m * x).sum());
	}
}

fn word() -> impl Strategy<Value = Word> {
	prop_oneof![
		6 => any::<[u8; 64]>().prop_map(|bytes| Word::from_le_bytes_mod_order(&bytes)),
		1 => any::<u64>().prop_map(Word::from),
		1 => Just(-Word::ONE),
		1 => Just(Word::ZERO),
	]
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(512))]

	#[test]
	fn permute3_should_equal_the_definition(state in proptest::array::uniform3(word())) {
		let (mut fast, mut plain) = (state, state);
		permute3(&mut fast);
		permute_by_definition(&mut plain, &WIDTH_3);
		prop_assert_eq!(fast, plain);
	}

	#[test]
	fn permute5_should_equal_the_definition(state in proptest::array::uniform5(word())) {
		let (mut fast, mut plain) = (state, state);
		permute5(&mut fast);
		permute_by_definition(&mut plain, &WIDTH_5);
		prop_assert_eq!(fast, plain);
	}

	#[test]
	fn sponge_and_node_should_equal_hash(words in proptest::collection::vec(word(), 0..40)) {
		let mut sponge = Sponge::new(Domain::PUBLIC_DATA, words.len() as u64);
		words.iter().for_each(|word| sponge.absorb(word));
		prop_assert_eq!(sponge.finish(), Ok(hash(Domain::PUBLIC_DATA, &words)));
		if let Some(children) = words.first_chunk() {
			prop_assert_eq!(
				node(Domain::ACCOUNT_NODE, children),
				hash(Domain::ACCOUNT_NODE, children),
			);
		}
	}

	#[test]
	fn words_should_have_exactly_one_encoding(bytes in any::<[u8; 32]>(), word in word()) {
		prop_assert_eq!(word_from_bytes(&word_to_bytes(&word)), Ok(word));
		// Half of all byte strings are words.
		let mut bytes = bytes;
		bytes[31] &= 0x7f;
		match word_from_bytes(&bytes) {
			Ok(word) => prop_assert_eq!(word_to_bytes(&word), bytes),
			Err(NonCanonicalWord) => {
				let number = num(&bytes);
				prop_assert!(number >= Word::MODULUS);
			},
		}
	}
}

fn num(bytes: &[u8; 32]) -> ark_ff::BigInt<4> {
	let bits: Vec<bool> = bytes.iter().flat_map(|b| (0..8).map(move |i| b >> i & 1 == 1)).collect();
	ark_ff::BigInt::from_bits_le(&bits)
}

#[test]
fn permutations_should_give_the_published_values() {
	let mut state = [0u64, 1, 2].map(Word::from);
	permute3(&mut state);
	assert_eq!(state[0].into_bigint().to_bytes_be()[..4], hex!("28ce1942"));
	let mut state = [0u64, 1, 2, 3, 4].map(Word::from);
	permute5(&mut state);
	assert_eq!(state[0].into_bigint().to_bytes_be()[..4], hex!("2a918b9c"));
}

#[test]
fn number_of_rounds_should_be_that_of_the_paper() {
	assert_eq!((WIDTH_3.partial_rounds(), WIDTH_5.partial_rounds()), (57, 60));
}

#[test]
fn hash_should_bind_length_and_domain() {
	let a = Word::from(7);
	let hashes = [
		hash(Domain::OWNER, &[]),
		hash(Domain::OWNER, &[a]),
		hash(Domain::OWNER, &[a, Word::ZERO]),
		hash(Domain::OWNER, &[a, Word::ZERO, Word::ZERO]),
		hash(Domain::OWNER, &[a, Word::ZERO, Word::ZERO, Word::ZERO]),
		hash(Domain::OWNER, &[a, Word::ZERO, Word::ZERO, Word::ZERO, Word::ZERO]),
		hash(Domain::KEY, &[a]),
		hash(Domain::KEY, &[a, Word::ZERO, Word::ZERO]),
	];
	for (i, x) in hashes.iter().enumerate() {
		for y in &hashes[i + 1..] {
			assert_ne!(x, y);
		}
	}
}

#[test]
fn sponge_should_refuse_another_number_of_words() {
	let mut sponge = Sponge::new(Domain::PUBLIC_DATA, 2);
	sponge.absorb(&Word::ONE);
	let short = LengthMismatch { expected: 2, absorbed: 1 };
	assert_eq!(sponge.clone().finish(), Err(short));
	sponge.absorb(&Word::ONE);
	sponge.absorb(&Word::ONE);
	assert_eq!(sponge.finish(), Err(LengthMismatch { expected: 2, absorbed: 3 }));
}

#[test]
fn words_not_below_the_order_should_be_refused() {
	let mut order = [0; 32];
	order.copy_from_slice(&Word::MODULUS.to_bytes_le());
	assert_eq!(word_from_bytes(&order), Err(NonCanonicalWord));
	assert_eq!(word_from_bytes(&[0xff; 32]), Err(NonCanonicalWord));
	order[0] -= 1;
	assert_eq!(word_from_bytes(&order), Ok(-Word::ONE));
}

#[test]
fn domains_should_be_their_tags_and_distinct() {
	assert_eq!(Domain::new("ab").value(), 0x6261);
	assert_eq!(format!("{:?}", Domain::POOL_LEAF), "Domain(poolleaf)");
	for (i, domain) in Domain::ALL.iter().enumerate() {
		assert!(!Domain::ALL[i + 1..].contains(domain), "{domain} stands twice");
	}
}

#[test]
#[should_panic(expected = "one to eight characters")]
fn a_long_tag_should_panic() {
	let _ = Domain::new("ninechars");
}
