// SPDX-License-Identifier: Apache-2.0

//! Registering, using and retiring keys.

use polkadot_sdk::*;

use super::*;
use crate::{
	DevelopmentKeysAllowed, Error, Event, KeyBytes, KeyInfo, KeyOrigin, Keys, Pallet, PreparedKeys,
	Versions, WeightInfo, development,
};
use frame_support::{assert_noop, dispatch::GetDispatchInfo, traits::Hooks};
use ligature_circuits::r1cs::{Circuit, Shape};
use ligature_primitives::header::{self, Digest};
use ligature_prover::{key::ProvingKey, sample::Sample};
use pallet_rollup::traits::ProofVerification;
use sp_runtime::{DispatchError, DispatchResult};

/// Offset of the number of input points.
const COUNT: usize = 48 + 3 * 96;

fn try_register(version: u16, circuit: CircuitId, key: KeyBytes) -> DispatchResult {
	ProofVerifier::register_key(RuntimeOrigin::root(), version, circuit, Box::new(key))
}

fn key(number: u64) -> KeyBytes {
	Trapdoor::new(number).key_bytes()
}

fn digest(number: u64) -> Digest {
	Trapdoor::new(number).key().digest()
}

fn retire(version: u16, circuit: CircuitId) -> DispatchResult {
	ProofVerifier::retire_key(RuntimeOrigin::root(), version, circuit)
}

fn keys_digest(version: u16, join: u8, chains: &[u8]) -> Result<Digest, DispatchError> {
	let chains: Vec<_> = chains.iter().map(|class| SizeClass::new(*class).unwrap()).collect();
	ProofVerifier::keys_digest(version, JoinClass::new(join).unwrap(), &chains)
}

#[test]
fn register_key_should_store_the_key_and_say_so() {
	ExtBuilder::default().build_and_execute(|| {
		register(VERSION, chain(1), 0);
		let info = KeyInfo {
			digest: digest(0),
			origin: KeyOrigin::Ceremony,
			usable_from: START + NOTICE,
			retired: false,
		};
		assert_eq!(ProofVerifier::keys(), [(VERSION, chain(1), info)]);
		assert_eq!(Versions::<Test>::get().into_inner(), [VERSION]);
		let prepared = Trapdoor::new(0).key().prepare().to_bytes();
		assert_eq!(PreparedKeys::<Test>::get(VERSION, chain(1)).unwrap()[..], prepared[..]);
		System::assert_has_event(
			Event::KeyRegistered {
				version: VERSION,
				circuit: chain(1),
				digest: digest(0),
				origin: KeyOrigin::Ceremony,
				usable_from: START + NOTICE,
			}
			.into(),
		);
	});
}

#[test]
fn calls_should_be_refused_from_anybody_but_the_admin() {
	ExtBuilder::default().build_and_execute(|| {
		register(VERSION, chain(2), 1);
		for origin in [RuntimeOrigin::signed(1), RuntimeOrigin::none()] {
			let call =
				ProofVerifier::register_key(origin.clone(), VERSION, chain(1), Box::new(key(0)));
			assert_noop!(call, DispatchError::BadOrigin);
			let call = ProofVerifier::retire_key(origin, VERSION, chain(2));
			assert_noop!(call, DispatchError::BadOrigin);
		}
	});
}

#[test]
fn calls_should_be_refused_in_exodus() {
	ExtBuilder::default().build_and_execute(|| {
		register(VERSION, chain(1), 0);
		InExodus::set(true);
		assert_noop!(try_register(VERSION, chain(2), key(1)), Error::<Test>::InExodus);
		assert_noop!(retire(VERSION, chain(1)), Error::<Test>::InExodus);
	});
}

#[test]
fn calls_should_weigh_what_was_measured() {
	let register =
		crate::Call::<Test>::register_key { version: 1, circuit: chain(1), key: Box::new(key(0)) };
	let retire = crate::Call::<Test>::retire_key { version: 1, circuit: chain(1) };
	assert_eq!(register.get_dispatch_info().call_weight, <() as WeightInfo>::register_key());
	assert_eq!(retire.get_dispatch_info().call_weight, <() as WeightInfo>::retire_key());
	assert_eq!(ProofVerifier::verify_weight(3), <() as WeightInfo>::verify_proofs(3));
	assert_eq!(ProofVerifier::keys_digest_weight(), <() as WeightInfo>::keys_digest());
}

#[test]
fn key_should_be_refused_for_an_empty_class() {
	ExtBuilder::default().build_and_execute(|| {
		for circuit in [chain(0), join(0)] {
			assert_noop!(try_register(VERSION, circuit, key(0)), Error::<Test>::EmptyClass);
		}
	});
}

#[test]
fn key_should_not_be_overwritten_even_when_retired() {
	ExtBuilder::default().build_and_execute(|| {
		register(VERSION, chain(1), 0);
		assert_noop!(try_register(VERSION, chain(1), key(1)), Error::<Test>::KeyExists);
		assert_noop!(try_register(VERSION, chain(1), key(0)), Error::<Test>::KeyExists);
		assert_ok!(retire(VERSION, chain(1)));
		assert_noop!(try_register(VERSION, chain(1), key(1)), Error::<Test>::KeyExists);
		// The same class of the other kind, and the same circuit in another version, are others.
		register(VERSION, join(1), 2);
		register(VERSION + 1, chain(1), 3);
	});
}

#[test]
fn version_should_be_refused_when_all_places_are_taken() {
	ExtBuilder::default().build_and_execute(|| {
		for version in 0..MAX_VERSIONS as u16 {
			register(version, chain(1), u64::from(version));
		}
		let next = MAX_VERSIONS as u16;
		assert_noop!(try_register(next, chain(1), key(9)), Error::<Test>::TooManyVersions);
		// A version that has keys takes more.
		register(next - 1, chain(2), 9);
	});
}

#[test]
fn key_should_be_refused_when_it_is_not_for_one_input() {
	ExtBuilder::default().build_and_execute(|| {
		for count in [0u64, 1, 3, 1 << 32, u64::MAX] {
			let mut bytes = key(0);
			bytes[COUNT..COUNT + 8].copy_from_slice(&count.to_le_bytes());
			assert_noop!(try_register(VERSION, chain(1), bytes), Error::<Test>::WrongInputCount);
		}
	});
}

#[test]
fn key_should_be_refused_when_a_point_is_bad() {
	// Where the points begin: α, β, γ, δ, and the two input points.
	const POINTS: [usize; 6] = [0, 48, 144, 240, COUNT + 8, COUNT + 56];
	ExtBuilder::default().build_and_execute(|| {
		for (i, at) in POINTS.into_iter().enumerate() {
			let size = if (1..=3).contains(&i) { 96 } else { 48 };
			let mut identity = key(0);
			identity[at..at + size].fill(0);
			identity[at] = 0xC0;
			// The flag of compression is missing.
			let mut uncompressed = key(0);
			uncompressed[at] &= 0x7F;
			// A coordinate that is not below the modulus.
			let mut large = key(0);
			large[at..at + size].fill(0xFF);
			large[at] = 0x9F;
			// On the curve, outside of the subgroup: x = 4 in G1, x = 2 in G2.
			let mut outside = key(0);
			outside[at..at + size].fill(0);
			outside[at] = 0x80;
			outside[at + size - 1] = if size == 48 { 4 } else { 2 };
			for bytes in [identity, uncompressed, large, outside] {
				assert_noop!(try_register(VERSION, chain(1), bytes), Error::<Test>::BadPoint);
			}
		}
	});
}

#[test]
fn key_should_be_refused_when_gamma_is_delta() {
	ExtBuilder::default().build_and_execute(|| {
		let mut bytes = key(0);
		bytes.copy_within(144..240, 240);
		assert_noop!(try_register(VERSION, chain(1), bytes), Error::<Test>::GammaIsDelta);
	});
}

#[test]
fn key_should_be_refused_when_nobody_has_contributed() {
	use ark_ec::{AffineRepr, pairing::Pairing};

	ExtBuilder::default().build_and_execute(|| {
		let good = Trapdoor::new(0).key();
		let generator = <crate::Curve as Pairing>::G2Affine::generator();
		// γ may be the generator, and a key with γ and δ exchanged tells how it is written.
		let exchanged = ligature_zk_verifier::VerifyingKey::<crate::Curve>::new(
			good.alpha(),
			good.beta(),
			generator,
			good.delta(),
			good.input_points().to_vec(),
		)
		.unwrap();
		let mut bytes = KeyBytes::try_from(exchanged.to_bytes()).unwrap();
		assert_ok!(try_register(VERSION, chain(1), bytes));
		let (gamma, delta) = bytes[144..336].split_at_mut(96);
		gamma.swap_with_slice(delta);
		assert_noop!(try_register(VERSION, chain(2), bytes), Error::<Test>::NoContribution);
	});
}

#[test]
fn development_key_should_be_refused_unless_genesis_allows_it() {
	ExtBuilder::default().build_and_execute(|| {
		let refused = try_register(VERSION, chain(1), development_key());
		assert_noop!(refused, Error::<Test>::DevelopmentKey);
	});
	ExtBuilder::default().allow_development_keys().build_and_execute(|| {
		assert_ok!(try_register(VERSION, chain(1), development_key()));
		let info = Keys::<Test>::get(VERSION, chain(1)).unwrap();
		assert_eq!((info.origin, info.usable_from), (KeyOrigin::Development, START + NOTICE));
		// Others are accepted as well there, and told apart.
		register(VERSION, chain(2), 0);
		let info = Keys::<Test>::get(VERSION, chain(2)).unwrap();
		assert_eq!(info.origin, KeyOrigin::Ceremony);
		assert!(DevelopmentKeysAllowed::<Test>::get());
	});
}

#[test]
fn development_key_should_be_recognised_by_any_of_its_common_points() {
	ExtBuilder::default().build_and_execute(|| {
		for points in [0..48, 48..144, 144..240] {
			let mut bytes = key(0);
			bytes[points.clone()].copy_from_slice(&development_key()[points]);
			let refused = try_register(VERSION, chain(1), bytes);
			assert_noop!(refused, Error::<Test>::DevelopmentKey);
		}
		// δ is each circuit's own.
		let mut bytes = key(0);
		bytes[240..336].copy_from_slice(&development_key()[240..336]);
		assert_ok!(try_register(VERSION, chain(1), bytes));
	});
}

#[test]
fn common_points_should_be_those_of_every_key_of_the_prover() {
	for groups in [1, 2] {
		let circuit = Sample::new(groups, 1);
		let matrices = std::sync::Arc::new(Shape::of(&circuit).matrices);
		let key = ProvingKey::insecure_development(circuit.name(), matrices);
		let bytes = proofs::key_bytes(&key);
		assert_eq!(bytes[..48], development::ALPHA);
		assert_eq!(bytes[48..144], development::BETA);
		assert_eq!(bytes[144..240], development::GAMMA);
	}
}

#[test]
fn keys_digest_should_be_that_of_the_specification() {
	ExtBuilder::default().build_and_execute(|| {
		let circuits = [chain(1), chain(2), join(1)];
		for (number, circuit) in (0..).zip(circuits) {
			register(VERSION, circuit, number);
		}
		pass_notice();
		let size = |class| SizeClass::new(class).unwrap();
		let some = |class| JoinClass::new(class).unwrap();
		let chains = [(size(2), digest(1)), (size(1), digest(0)), (size(2), digest(1))];
		let expected = header::keys_digest(VERSION, (some(1), digest(2)), &chains);
		assert_eq!(keys_digest(VERSION, 1, &[2, 1, 2]), Ok(expected));
		// What is empty needs no key, whatever the version.
		let chains = [(size(0), [0; 32]), (size(1), digest(0))];
		let expected = header::keys_digest(VERSION, (some(0), [0; 32]), &chains);
		assert_eq!(keys_digest(VERSION, 0, &[0, 1]), Ok(expected));
		let chains = [(size(0), [0; 32]); 2];
		let expected = header::keys_digest(7, (some(0), [0; 32]), &chains);
		assert_eq!(keys_digest(7, 0, &[0, 0]), Ok(expected));
	});
}

#[test]
fn keys_digest_should_be_refused_when_a_key_is_unknown() {
	ExtBuilder::default().build_and_execute(|| {
		register(VERSION, chain(1), 0);
		register(VERSION, join(2), 1);
		pass_notice();
		assert_ok!(keys_digest(VERSION, 2, &[1, 0]));
		for (version, join, chains) in
			[(VERSION, 2, [1, 2]), (VERSION, 1, [1, 0]), (VERSION + 1, 2, [1, 0])]
		{
			let refused = keys_digest(version, join, &chains);
			assert_noop!(refused, Error::<Test>::UnknownKey);
		}
	});
}

#[test]
fn keys_digest_should_be_refused_before_the_notice_is_over() {
	ExtBuilder::default().build_and_execute(|| {
		register(VERSION, chain(1), 0);
		System::set_block_number(START + NOTICE - 1);
		assert_noop!(keys_digest(VERSION, 0, &[1, 0]), Error::<Test>::NoticeNotOver);
		System::set_block_number(START + NOTICE);
		assert_ok!(keys_digest(VERSION, 0, &[1, 0]));
	});
}

#[test]
fn retired_key_should_stop_new_commits_at_once() {
	ExtBuilder::default().build_and_execute(|| {
		register(VERSION, chain(1), 0);
		register(VERSION, chain(2), 1);
		pass_notice();
		assert_ok!(retire(VERSION, chain(1)));
		System::assert_last_event(Event::KeyRetired { version: VERSION, circuit: chain(1) }.into());
		assert_noop!(keys_digest(VERSION, 0, &[1, 2]), Error::<Test>::KeyIsRetired);
		assert_ok!(keys_digest(VERSION, 0, &[2, 0]));
		assert_noop!(retire(VERSION, chain(1)), Error::<Test>::AlreadyRetired);
	});
}

#[test]
fn key_that_is_not_there_should_not_be_retired() {
	ExtBuilder::default().build_and_execute(|| {
		register(VERSION, chain(1), 0);
		for (version, circuit) in [(VERSION, chain(2)), (VERSION, join(1)), (2, chain(1))] {
			assert_noop!(retire(version, circuit), Error::<Test>::UnknownKey);
		}
	});
}

#[test]
fn inspect_key_should_say_what_register_key_would_store() {
	ExtBuilder::default().build_and_execute(|| {
		let inspect = |key: KeyBytes| ProofVerifier::inspect_key(Box::new(key));
		assert_eq!(inspect(key(0)), Some((digest(0), KeyOrigin::Ceremony)));
		let development = inspect(development_key()).unwrap();
		assert_eq!(development.1, KeyOrigin::Development);
		let mut bad = key(0);
		bad[0] = 0;
		assert_eq!(inspect(bad), None);
	});
}

#[test]
fn sizes_should_be_those_of_the_encodings() {
	Pallet::<Test>::integrity_test();
}
