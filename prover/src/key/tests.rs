// SPDX-License-Identifier: Apache-2.0

use super::{development::Common, *};
use crate::{
	Prover,
	msm::{AffineMsm, ArkMsm, BlstMsm, MsmBackend},
	sample::Sample,
};
use ark_ff::UniformRand;
use ark_groth16::{Groth16, ProvingKey as ArkKey};
use ark_std::test_rng;
use ligature_circuits::r1cs::{ArkCircuit, Shape};
use std::fs;

fn matrices(circuit: &Sample) -> Arc<Matrices> {
	Arc::new(Shape::of(circuit).matrices)
}

fn key(circuit: &Sample) -> ProvingKey {
	use ligature_circuits::r1cs::Circuit;
	ProvingKey::insecure_development(circuit.name(), matrices(circuit))
}

fn bytes(key: &ProvingKey) -> Vec<u8> {
	let mut bytes = Vec::new();
	key.write(&mut bytes).unwrap();
	bytes
}

/// Keys from the same secrets, by this crate and by arkworks.
fn both(circuit: &Sample) -> (ProvingKey, ArkKey<Bls12_381>) {
	let matrices = matrices(circuit);
	let rng = &mut test_rng();
	let [alpha, beta, gamma, delta] = std::array::from_fn(|_| Fr::rand(rng));
	// What the generator draws first.
	let tau = domain(&matrices).sample_element_outside_domain(&mut test_rng());
	let secrets = Secrets { common: Common { alpha, beta, gamma, tau }, delta };
	let digest = matrices.digest();
	let ours = ProvingKey::generate(
		KeyOrigin::InsecureDevelopment,
		"sample".into(),
		matrices.clone(),
		digest,
		&secrets,
	);
	let ark = Groth16::<Bls12_381>::generate_parameters_with_qap(
		ArkCircuit { circuit, matrices: &matrices },
		alpha,
		beta,
		gamma,
		delta,
		G1Projective::generator(),
		G2Projective::generator(),
		&mut test_rng(),
	)
	.unwrap();
	(ours, ark)
}

#[test]
fn key_should_equal_that_of_arkworks_from_the_same_secrets() {
	let (ours, ark) = both(&Sample::new(11, 3));
	assert_eq!(ours.verifying, ark.vk);
	assert_eq!(*ours.h.all().unwrap(), ark.h_query);
	assert_eq!(*ours.l.all().unwrap(), ark.l_query);

	fn check<P: StoredPoint>(query: &Query<P>, ark: &[P]) {
		let bases = query.bases.all().unwrap();
		let mut dense = vec![P::zero(); ark.len()];
		for (column, base) in query.columns.iter().zip(bases.iter()) {
			assert!(!base.is_zero(), "an empty column is kept");
			dense[*column as usize] = *base;
		}
		assert_eq!(dense, ark);
	}
	check(&ours.a, &ark.a_query);
	check(&ours.b, &ark.b_g2_query);
}

#[test]
fn proof_should_equal_that_of_arkworks_without_randomness_with_every_backend() {
	let circuit = Sample::new(37, 5);
	let (ours, ark) = both(&circuit);
	let matrices = ours.matrices.clone();
	let expected = Groth16::<Bls12_381>::create_proof_with_reduction_no_zk(
		ArkCircuit { circuit: &circuit, matrices: &matrices },
		&ark,
	)
	.unwrap();
	let ours = Arc::new(ours);
	let backends: [Arc<dyn MsmBackend>; 4] = [
		Arc::new(ArkMsm),
		Arc::new(BlstMsm),
		Arc::new(AffineMsm::portable()),
		Arc::new(AffineMsm::new()),
	];
	for backend in backends {
		let name = backend.name();
		let proven = Prover::with_backend(ours.clone(), backend).prove(&circuit, &()).unwrap();
		assert_eq!(proven.proof, expected, "{name}");
	}
}

#[test]
fn development_keys_should_be_the_same_every_time_and_for_every_circuit_its_own() {
	let one = bytes(&key(&Sample::new(2, 1)));
	// Another witness of the same circuit.
	assert_eq!(bytes(&key(&Sample::new(2, 9))), one);
	let (small, large) = (key(&Sample::new(2, 1)), key(&Sample::new(3, 1)));
	assert_eq!(small.verifying.alpha_g1, large.verifying.alpha_g1);
	assert_eq!(small.verifying.gamma_g2, large.verifying.gamma_g2);
	assert_ne!(small.verifying.delta_g2, large.verifying.delta_g2);
}

#[test]
fn verifying_key_should_be_the_same_without_the_proving_key() {
	use ligature_circuits::join::JoinCircuit;
	use ligature_primitives::constants::JoinClass;

	let sample = key(&Sample::new(3, 1));
	assert_eq!(insecure_development_verifying(sample.matrices()), sample.verifying);
	let join = JoinCircuit { class: JoinClass::new(1).unwrap(), ..JoinCircuit::default() };
	let matrices = Arc::new(Shape::of(&join).matrices);
	let join = ProvingKey::insecure_development("join".into(), matrices);
	assert_eq!(insecure_development_verifying(join.matrices()), join.verifying);
}

#[test]
fn development_secrets_should_make_a_sound_looking_key() {
	let Secrets { common: Common { alpha, beta, gamma, tau }, delta } = Secrets::insecure(&[7; 32]);
	for secret in [alpha, beta, gamma, delta, tau] {
		assert!(secret != Fr::ZERO && secret != Fr::ONE);
	}
	assert_ne!(gamma, delta);
	// τ is no root of unity of any domain.
	let mut power = tau;
	for _ in 0..32 {
		power.square_in_place();
		assert_ne!(power, Fr::ONE);
	}
}

#[test]
fn development_key_should_keep_its_digest() {
	// The file's last 32 bytes. When this changes, all genesis states change, and `MAGIC` has to: the name of a
	// cached key tells its circuit only, so that one from other secrets would be taken for it.
	let bytes = bytes(&key(&Sample::new(1, 0)));
	let digest: String = bytes[bytes.len() - 32..].iter().map(|b| format!("{b:02x}")).collect();
	assert_eq!(digest, "f1f83d9fd0a8cf9dc8eedcb0f597d4695cdfcf8871e70b117094a124d6deffaa");
}

#[test]
fn key_should_come_back_from_its_file() {
	let folder = tempfile::tempdir().unwrap();
	let store = KeyStore::new(folder.path().join("new").join("keys"));
	let circuit = Sample::new(5, 1);
	let (first, found) = store.development(&circuit).unwrap();
	assert_eq!(found, Found::Generated);
	let (second, found) = store.development(&circuit).unwrap();
	assert_eq!(found, Found::Loaded);
	let fresh = key(&circuit);
	assert_eq!(bytes(&first), bytes(&fresh));
	assert_eq!(bytes(&second), bytes(&fresh));
	assert_eq!(second.size(), fresh.size());

	let files: Vec<_> = fs::read_dir(store.folder()).unwrap().map(|f| f.unwrap().path()).collect();
	assert_eq!(files, [store.development_path("sample-5", &fresh.digest)]);
	assert!(files[0].file_name().unwrap().to_str().unwrap().starts_with("INSECURE-development-"));
	let text = fs::read(&files[0]).unwrap();
	assert!(text.windows(27).any(|window| window == b"INSECURE DEVELOPMENT KEY: i"));
}

/// Opens a file with these bytes as the key of a circuit.
fn open(bytes: &[u8], circuit: &Sample) -> Result<ProvingKey, KeyError> {
	use ligature_circuits::r1cs::Circuit;
	let file = tempfile::NamedTempFile::new().unwrap();
	fs::write(file.path(), bytes).unwrap();
	ProvingKey::open(file.path(), circuit.name(), matrices(circuit))
}

#[test]
fn damaged_key_should_be_refused() {
	let circuit = Sample::new(1, 0);
	let good = bytes(&key(&circuit));
	assert!(open(&good, &circuit).is_ok());

	// Every byte counts: the first kilobyte one by one, then here and there, then the end.
	let spread = (1024..good.len() - 64).step_by(97);
	for place in (0..1024).chain(spread).chain(good.len() - 64..good.len()) {
		let mut bad = good.clone();
		bad[place] ^= 0x10;
		let error = open(&bad, &circuit).unwrap_err();
		let fits = match place {
			0..24 => matches!(error, KeyError::Foreign),
			_ => !matches!(error, KeyError::Io(_)),
		};
		assert!(fits, "byte {place}: {error:?}");
	}
	for length in (0..good.len()).step_by(211).chain([good.len() - 1]) {
		let error = open(&good[..length], &circuit).unwrap_err();
		assert!(matches!(error, KeyError::Foreign | KeyError::Corrupt(_)), "{length}: {error:?}");
	}
	let longer = [&good[..], &[0]].concat();
	assert!(matches!(open(&longer, &circuit), Err(KeyError::Corrupt("something follows it"))));
}

#[test]
fn key_of_another_circuit_should_be_refused() {
	let (one, other) = (Sample::new(2, 0), Sample::new(3, 0));
	let error = open(&bytes(&key(&one)), &other).unwrap_err();
	assert!(matches!(error, KeyError::OtherCircuit { .. }), "{error:?}");
	assert!(error.to_string().contains("sample-2") && error.to_string().contains("sample-3"));
}

#[test]
fn damaged_key_in_the_store_should_be_replaced() {
	let folder = tempfile::tempdir().unwrap();
	let store = KeyStore::new(folder.path());
	let circuit = Sample::new(1, 0);
	let (key, _) = store.development(&circuit).unwrap();
	let path = store.development_path("sample-1", &key.digest);
	let good = fs::read(&path).unwrap();
	for bad in [&good[..good.len() / 2], b"something else", b""] {
		fs::write(&path, bad).unwrap();
		let (_, found) = store.development(&circuit).unwrap();
		assert_eq!(found, Found::Replaced);
		assert_eq!(fs::read(&path).unwrap(), good);
	}
}

#[test]
fn store_should_say_where_it_cannot_write() {
	let file = tempfile::NamedTempFile::new().unwrap();
	let error =
		KeyStore::new(file.path().join("keys")).development(&Sample::new(1, 0)).unwrap_err();
	assert!(error.to_string().contains(file.path().to_str().unwrap()), "{error}");
}
