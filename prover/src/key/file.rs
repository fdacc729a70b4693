// SPDX-License-Identifier: Apache-2.0

//! Keys on disk.
//!
//! ```text
//! 24  "LIGATURE PROVING KEY 1.\n"
//! 80  origin, text padded with spaces, "\n"
//!  2  length n of the circuit's name
//!  n  the name
//! 32  digest of the circuit's matrices
//! 20  numbers of columns of A and B, of points of H and L, of inputs
//!     columns of A, of B                                        4 bytes each
//!     points: verifying key (α, β, γ, δ, IC), A, B, H, L        96 bytes in G1, 192 in G2
//! 32  BLAKE2b-256 of all before
//! ```
//!
//! Numbers are little-endian. A coordinate is six words in Montgomery form, as in memory: nothing is computed on the
//! way in.
//!
//! Opening a key reads all of it once, for the digest, and leaves the points where they are: a proof reads
//! them in blocks, from the system's cache if there is room, so that a key takes next to no memory of its own. Points are
//! not looked at, because the digest tells a damaged file, and because a false point, or a file that somebody changes
//! later, makes proofs that fail when they are verified, nothing worse.

use super::{
	KeyOrigin, ProvingKey, Query, domain,
	points::{Points, StoredPoint},
};
use ark_bls12_381::{G1Affine, G2Affine};
use ark_groth16::VerifyingKey;
use ark_poly::EvaluationDomain;
use blake2::{Blake2b, Digest, digest::consts::U32};
use ligature_circuits::r1cs::{Matrices, Matrix};
use std::{
	fs::File,
	io::{self, BufReader, Read, Write},
	path::Path,
	sync::Arc,
};

const MAGIC: &[u8; 24] = b"LIGATURE PROVING KEY 1.\n";
const DEVELOPMENT: &str =
	"INSECURE DEVELOPMENT KEY: its secrets are public, anyone can forge proofs.";
const ORIGIN: usize = 80;
const DIGEST: usize = 32;
/// Points or columns that are converted at a time.
const BLOCK: usize = 1024;
/// Bytes that are read at a time.
const BUFFER: usize = 1 << 20;

/// Why a key cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
	/// The file is something else, or of another version of this program.
	#[error("this is not a proving key of this version; remove the file, a new one will be made")]
	Foreign,
	/// The file ends too early or too late, or its digest is wrong.
	#[error("the proving key is damaged ({0}); remove the file, a new one will be made")]
	Corrupt(&'static str),
	/// The key is that of another circuit.
	#[error(
		"the proving key is for the circuit {found}, not for {expected} as it is now; use the key that was made for it"
	)]
	OtherCircuit {
		/// Name and digest that the file says.
		found: String,
		/// Name and digest that were asked for.
		expected: String,
	},
	/// Reading failed.
	#[error("the proving key cannot be read: {0}")]
	Io(io::Error),
}

impl From<io::Error> for KeyError {
	fn from(error: io::Error) -> Self {
		match error.kind() {
			io::ErrorKind::UnexpectedEof => Self::Corrupt("it ends too early"),
			_ => Self::Io(error),
		}
	}
}

/// Name and digest, to tell circuits apart.
fn describe(name: &str, digest: &[u8; 32]) -> String {
	let digits: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
	format!("{name} ({digits}…)")
}

impl ProvingKey {
	/// Writes the key.
	///
	/// # Errors
	///
	/// Of the writer.
	pub fn write(&self, writer: impl Write) -> io::Result<()> {
		let mut out = Hashing { inner: writer, hasher: Blake2b::new(), read: 0 };
		out.write_bytes(MAGIC)?;
		let origin = match self.origin {
			KeyOrigin::InsecureDevelopment => DEVELOPMENT,
		};
		out.write_bytes(format!("{origin:<width$}\n", width = ORIGIN - 1).as_bytes())?;
		let name = self.circuit.as_bytes();
		let length = u16::try_from(name.len())
			.map_err(|_| io::Error::other("the circuit's name is longer than 65,535 bytes"))?;
		out.write_bytes(&length.to_le_bytes())?;
		out.write_bytes(name)?;
		out.write_bytes(&self.digest)?;
		let ic = &self.verifying.gamma_abc_g1;
		for size in
			[self.a.columns.len(), self.b.columns.len(), self.h.len(), self.l.len(), ic.len()]
		{
			out.write_bytes(&(size as u32).to_le_bytes())?;
		}
		out.write_columns(&self.a.columns)?;
		out.write_columns(&self.b.columns)?;
		let VerifyingKey { alpha_g1, beta_g2, gamma_g2, delta_g2, gamma_abc_g1 } = &self.verifying;
		out.write_points(&[*alpha_g1])?;
		out.write_points(&[*beta_g2, *gamma_g2, *delta_g2])?;
		out.write_points(gamma_abc_g1)?;
		out.write_query(&self.a.bases)?;
		out.write_query(&self.b.bases)?;
		out.write_query(&self.h)?;
		out.write_query(&self.l)?;
		let digest = out.hasher.finalize();
		out.inner.write_all(&digest)?;
		out.inner.flush()
	}

	/// Opens the key of a circuit. The file must not be changed as long as the key is used; replacing
	/// it is no harm.
	///
	/// # Errors
	///
	/// If it is damaged, something else, or the key of another circuit.
	pub fn open(path: &Path, circuit: String, matrices: Arc<Matrices>) -> Result<Self, KeyError> {
		let file = Arc::new(File::open(path).map_err(KeyError::Io)?);
		let reader = BufReader::with_capacity(BUFFER, &*file);
		let mut input = Hashing { inner: reader, hasher: Blake2b::new(), read: 0 };
		let magic = input.read_array::<24>().map_err(|_| KeyError::Foreign)?;
		if magic != *MAGIC {
			return Err(KeyError::Foreign);
		}
		let origin = input.read_array::<ORIGIN>()?;
		let origin = match std::str::from_utf8(&origin).map(str::trim_end) {
			Ok(DEVELOPMENT) => KeyOrigin::InsecureDevelopment,
			_ => return Err(KeyError::Corrupt("its origin is unknown")),
		};
		let length = u16::from_le_bytes(input.read_array()?);
		let mut name = vec![0; usize::from(length)];
		input.read_bytes(&mut name)?;
		let found: [u8; DIGEST] = input.read_array()?;
		let digest = matrices.digest();
		if name != circuit.as_bytes() || found != digest {
			return Err(KeyError::OtherCircuit {
				found: describe(&String::from_utf8_lossy(&name), &found),
				expected: describe(&circuit, &digest),
			});
		}

		// Before memory is taken: the sizes follow from the circuit.
		let mut sizes = [0; 5];
		for size in &mut sizes {
			*size = u32::from_le_bytes(input.read_array()?) as usize;
		}
		let inputs = 1 + matrices.inputs;
		let powers = domain(&matrices).size() - 1;
		let [a, b, h, l, ic] = sizes;
		if (h, l, ic) != (powers, matrices.witnesses, inputs)
			|| a > matrices.columns()
			|| b > matrices.columns()
		{
			return Err(KeyError::Corrupt("its sizes are not those of the circuit"));
		}

		let a_columns = input.read_columns(a)?;
		let b_columns = input.read_columns(b)?;
		let alpha = input.read_points::<G1Affine>(1)?;
		let g2 = input.read_points::<G2Affine>(3)?;
		let verifying = VerifyingKey {
			alpha_g1: alpha[0],
			beta_g2: g2[0],
			gamma_g2: g2[1],
			delta_g2: g2[2],
			gamma_abc_g1: input.read_points(ic)?,
		};
		let a = Query { columns: a_columns, bases: input.skip_points(&file, a)? };
		let b = Query { columns: b_columns, bases: input.skip_points(&file, b)? };
		let (h, l) = (input.skip_points(&file, h)?, input.skip_points(&file, l)?);
		let computed: [u8; DIGEST] = input.hasher.finalize().into();
		let mut said = [0; DIGEST];
		input.inner.read_exact(&mut said)?;
		if computed != said {
			return Err(KeyError::Corrupt("its digest is wrong"));
		}
		if input.inner.read(&mut [0])? != 0 {
			return Err(KeyError::Corrupt("something follows it"));
		}
		let occur = |query: &[u32], matrix: &Matrix, extra: usize| {
			let present = occurring(&matrices, matrix, extra);
			query.iter().all(|column| present.get(*column as usize) == Some(&true))
		};
		if !occur(&a.columns, &matrices.a, inputs) || !occur(&b.columns, &matrices.b, 0) {
			return Err(KeyError::Corrupt("its columns are not those of the circuit"));
		}
		Ok(Self { origin, circuit, digest, matrices, verifying, a, b, h, l })
	}
}

/// The columns of a matrix in which something stands; the first few do in any case.
fn occurring(matrices: &Matrices, matrix: &Matrix, first: usize) -> Vec<bool> {
	let mut occurring = vec![false; matrices.columns()];
	occurring[..first].fill(true);
	for row in 0..matrices.constraints() {
		for (column, _) in matrix.row(row) {
			occurring[*column as usize] = true;
		}
	}
	occurring
}

/// Hashes what passes through.
struct Hashing<T> {
	inner: T,
	hasher: Blake2b<U32>,
	/// Bytes read so far.
	read: u64,
}

impl<W: Write> Hashing<W> {
	fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
		self.hasher.update(bytes);
		self.inner.write_all(bytes)
	}

	fn write_columns(&mut self, columns: &[u32]) -> io::Result<()> {
		for block in columns.chunks(BLOCK) {
			let bytes: Vec<u8> = block.iter().flat_map(|column| column.to_le_bytes()).collect();
			self.write_bytes(&bytes)?;
		}
		Ok(())
	}

	fn write_query<P: StoredPoint>(&mut self, points: &Points<P>) -> io::Result<()> {
		for start in (0..points.len()).step_by(BLOCK) {
			let end = points.len().min(start + BLOCK);
			self.write_points(&points.block(start..end)?)?;
		}
		Ok(())
	}

	fn write_points<P: StoredPoint>(&mut self, points: &[P]) -> io::Result<()> {
		let words = points.iter().flat_map(StoredPoint::words);
		let bytes: Vec<u8> = words.flat_map(u64::to_le_bytes).collect();
		self.write_bytes(&bytes)
	}
}

impl<R: Read> Hashing<R> {
	fn read_bytes(&mut self, bytes: &mut [u8]) -> io::Result<()> {
		self.inner.read_exact(bytes)?;
		self.hasher.update(&*bytes);
		self.read += bytes.len() as u64;
		Ok(())
	}

	fn read_array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
		let mut bytes = [0; N];
		self.read_bytes(&mut bytes)?;
		Ok(bytes)
	}

	fn read_columns(&mut self, count: usize) -> io::Result<Vec<u32>> {
		let mut columns = Vec::with_capacity(count);
		for _ in 0..count {
			columns.push(u32::from_le_bytes(self.read_array()?));
		}
		Ok(columns)
	}

	fn read_points<P: StoredPoint>(&mut self, count: usize) -> io::Result<Vec<P>> {
		let mut points = Vec::with_capacity(count);
		for _ in 0..count {
			let mut words = Vec::with_capacity(P::WORDS);
			for _ in 0..P::WORDS {
				words.push(u64::from_le_bytes(self.read_array()?));
			}
			points.push(P::from_words(&words));
		}
		Ok(points)
	}

	/// Hashes points and notes where they lie.
	fn skip_points<P: StoredPoint>(
		&mut self,
		file: &Arc<File>,
		count: usize,
	) -> io::Result<Points<P>> {
		let points = Points::File { file: file.clone(), offset: self.read, count };
		let mut left = count * Points::<P>::BYTES;
		let mut buffer = vec![0; BUFFER.min(left)];
		while left > 0 {
			let block = left.min(BUFFER);
			self.read_bytes(&mut buffer[..block])?;
			left -= block;
		}
		Ok(points)
	}
}
