// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::poseidon::{Word, word_from_bytes};
use ark_ed_on_bls12_381::{EdwardsAffine, Fr as Scalar};
use ark_ff::{AdditiveGroup, BigInteger, PrimeField};
use codec::{Decode, Encode, MaxEncodedLen};
use proptest::prelude::*;

fn message() -> impl Strategy<Value = Word> {
	any::<[u8; 64]>().prop_map(|bytes| Word::from_le_bytes_mod_order(&bytes))
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn signature_should_verify_and_bind_key_and_message(
		seed in any::<[u8; 32]>(),
		other_seed in any::<[u8; 32]>(),
		message in message(),
		other_message in message(),
		bit in 0usize..512,
	) {
		prop_assume!(seed != other_seed && message != other_message);
		let secret = SecretKey::from_seed(&seed);
		let key = secret.public_key();
		let signature = secret.sign(&message);
		prop_assert_eq!(verify(&key, &message, &signature), Ok(()));
		prop_assert_eq!(secret.key_point().verify(&message, &signature), Ok(()));
		prop_assert_eq!(secret.sign(&message), signature);
		prop_assert_eq!(
			verify(&key, &other_message, &signature),
			Err(SignatureError::Mismatch),
		);
		let other_key = SecretKey::from_seed(&other_seed).public_key();
		prop_assert_eq!(verify(&other_key, &message, &signature), Err(SignatureError::Mismatch));
		let mut bytes = signature.to_bytes();
		bytes[bit / 8] ^= 1 << (bit % 8);
		prop_assert!(verify(&key, &message, &Signature::from_bytes(&bytes)).is_err());
	}

	#[test]
	fn keys_and_signatures_should_survive_encoding(seed in any::<[u8; 32]>(), message in message()) {
		let secret = SecretKey::from_seed(&seed);
		let (key, signature) = (secret.public_key(), secret.sign(&message));
		prop_assert_eq!(key.to_string().parse(), Ok(key));
		prop_assert_eq!(key.validate().map(|point| point.public_key()), Ok(key));
		prop_assert_eq!(PublicKey::decode(&mut &key.encode()[..]), Ok(key));
		prop_assert_eq!(Signature::decode(&mut &signature.encode()[..]), Ok(signature));
		prop_assert_eq!(signature.encode(), signature.to_bytes());
		prop_assert_eq!(Signature::from_bytes(&signature.to_bytes()), signature);
	}

	#[test]
	fn no_bytes_should_panic(key in any::<[u8; 32]>(), bytes in any::<[[u8; 32]; 2]>()) {
		let signature = Signature { r: bytes[0], s: bytes[1] };
		// Almost half of all bytes are a point, and one in eight of these is in the subgroup.
		let result = verify(&PublicKey(key), &Word::ZERO, &signature);
		prop_assert!(result.is_err());
	}
}

#[test]
fn secret_keys_should_not_be_printed() {
	let secret = SecretKey::from_seed(&[1; 32]);
	assert_eq!(format!("{secret:?}"), format!("SecretKey(of {})", secret.public_key()));
}

#[test]
fn l1_signatures_should_give_their_own_keys() {
	let key = |signature: &[u8]| SecretKey::from_l1_signature(signature).public_key();
	assert_eq!(key(b"a"), key(b"a"));
	assert_ne!(key(b"a"), key(b"b"));
	assert_eq!(derivation_message(7), "Ligature L2 key, network 7");
}

#[test]
fn texts_that_are_not_keys_should_be_refused() {
	let text = SecretKey::from_seed(&[1; 32]).public_key().to_string();
	assert!(text.parse::<PublicKey>().is_ok());
	assert!(text[2..].to_uppercase().parse::<PublicKey>().is_ok());
	for wrong in ["", "0x", &text[..65], &format!("{text}0"), &text.replace("0x", "0x+")] {
		assert_eq!(wrong.parse::<PublicKey>(), Err(ParseKeyError), "{wrong}");
	}
	assert_eq!(text.replace(&text[10..11], "g").parse::<PublicKey>(), Err(ParseKeyError));
}

#[test]
fn widths_should_be_those_of_the_protocol() {
	assert_eq!(PublicKey::max_encoded_len(), 32);
	assert_eq!(Signature::max_encoded_len(), SIGNATURE_BYTES);
}

#[test]
fn the_low_128_bits_should_be_those_of_the_challenge() {
	let secret = SecretKey::from_seed(&[3; 32]);
	let commitment = EdwardsAffine::new_unchecked(Word::from(1), Word::from(2));
	let key = secret.key_point();
	let message = Word::from(5);
	let hash = crate::poseidon::hash(
		crate::poseidon::Domain::SIGNATURE,
		&[commitment.x, commitment.y, key.word(), message],
	);
	let e = signature::challenge(&commitment, key, &message);
	assert_eq!(hash.into_bigint().to_bytes_le()[..16], e.to_le_bytes());
}

#[test]
fn orders_should_be_those_that_the_decoders_refuse() {
	let order = |bytes: Vec<u8>| <[u8; 32]>::try_from(bytes).unwrap();
	assert!(word_from_bytes(&order(Word::MODULUS.to_bytes_le())).is_err());
	let secret = SecretKey::from_seed(&[3; 32]);
	let message = Word::from(5);
	let mut signature = secret.sign(&message);
	signature.s = order(Scalar::MODULUS.to_bytes_le());
	assert_eq!(
		verify(&secret.public_key(), &message, &signature),
		Err(SignatureError::ScalarNotReduced)
	);
}
