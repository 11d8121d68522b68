using TorchSharp.Lite;
using static TorchSharp.Lite.Dispatcher;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Decompositions and solvers, each over stacks of matrices.</summary>
    public static class linalg
    {
        /// <summary>How much of a QR decomposition is returned.</summary>
        public enum QRMode
        {
            /// <summary>Q has as many columns as there are independent ones.</summary>
            Reduced = 0,
            /// <summary>Q is square.</summary>
            Complete = 1,
            /// <summary>R alone.</summary>
            R = 2,
        }

        /// <summary>An orthogonal Q and an upper triangular R with Q · R = input.</summary>
        public static (Tensor Q, Tensor R) qr(Tensor input, QRMode mode = QRMode.Reduced) =>
            CallPair("linalg_qr", input, mode switch { QRMode.Reduced => "reduced", QRMode.Complete => "complete", _ => "r" });

        /// <summary>U · diag(S) · Vh = input, the singular values S in descending order.</summary>
        public static (Tensor U, Tensor S, Tensor Vh) svd(Tensor input, bool fullMatrices = true)
        {
            var parts = CallMany("linalg_svd", input, fullMatrices);
            return (parts[0], parts[1], parts[2]);
        }

        /// <summary>The singular values in descending order.</summary>
        public static Tensor svdvals(Tensor input) => Call("linalg_svdvals", input);

        /// <summary>The eigenvalues in ascending order and the eigenvectors of symmetric matrices.</summary>
        public static (Tensor, Tensor) eigh(Tensor input, char UPLO = 'L') => CallPair("linalg_eigh", input, UPLO.ToString());

        /// <summary>The eigenvalues of symmetric matrices in ascending order.</summary>
        public static Tensor eigvalsh(Tensor input, char UPLO = 'L') => Call("linalg_eigvalsh", input, UPLO.ToString());

        /// <summary>The Cholesky factor.</summary>
        public static Tensor cholesky(Tensor input) => Call("linalg_cholesky", input);

        /// <summary>The inverse.</summary>
        public static Tensor inv(Tensor input) => Call("linalg_inv", input);

        /// <summary>The pseudo-inverse.</summary>
        public static Tensor pinv(Tensor input, double? atol = null, double? rtol = null, bool hermitian = false) => Call("linalg_pinv.atol_rtol_float", input, atol, rtol, hermitian);

        /// <summary>The determinant.</summary>
        public static Tensor det(Tensor input) => Call("linalg_det", input);

        /// <summary>The X with A · X = B; or X · A = B where not left.</summary>
        public static Tensor solve(Tensor A, Tensor B, bool left = true) => left ? Call("linalg_solve", A, B) : Transposed(A, B);

        /// <summary>The rank.</summary>
        public static Tensor matrix_rank(Tensor input, double? atol = null, double? rtol = null, bool hermitian = false) => Call("linalg_matrix_rank.atol_rtol_float", input, atol, rtol, hermitian);

        /// <summary>The norm of the elements along dimensions, or of all; 2 for vectors, Frobenius for matrices.</summary>
        public static Tensor norm(Tensor input, long[]? dims = null, bool keepdim = false) => Call("linalg_norm", input, Value.None, dims, keepdim);

        /// <summary>The ord-norm: of vectors along one dimension, of matrices along two.</summary>
        public static Tensor norm(Tensor input, double ord, long[]? dims = null, bool keepdim = false) => Call("linalg_norm", input, (Scalar)ord, dims, keepdim);

        /// <summary>The ord-norm by name: "fro" or "nuc".</summary>
        public static Tensor norm(Tensor input, string ord, long[]? dims = null, bool keepdim = false) => Call("linalg_norm.ord_str", input, ord, dims, keepdim);

        /// <summary>The ord-norm of the elements along dimensions, or of all.</summary>
        public static Tensor vector_norm(Tensor input, double ord = 2, long[]? dims = null, bool keepdim = false) => Call("linalg_vector_norm", input, (Scalar)ord, dims, keepdim);

        private static Tensor Transposed(Tensor a, Tensor b) => WrappedTensorDisposeScope(() => solve(a.mT, b.mT).mT);
    }
}
