using static TorchSharp.Lite.Dispatcher;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The matrix product, broadcast over leading dimensions.</summary>
        public Tensor matmul(Tensor target) => Call("matmul", this, target);
        /// <summary>The product of two matrices.</summary>
        public Tensor mm(Tensor target) => Call("mm", this, target);
        /// <summary>The products of two stacks of matrices.</summary>
        public Tensor bmm(Tensor batch2) => Call("bmm", this, batch2);
        /// <summary>The product of matrix and vector.</summary>
        public Tensor mv(Tensor target) => Call("mv", this, target);
        /// <summary>The inner product of two vectors.</summary>
        public Tensor dot(Tensor target) => Call("dot", this, target);
        /// <summary>The outer product of two vectors.</summary>
        public Tensor outer(Tensor vec2) => Call("outer", this, vec2);
        /// <summary>The inner product along the last dimensions.</summary>
        public Tensor inner(Tensor vec2) => Call("inner", this, vec2);
        /// <summary>The outer product of two vectors.</summary>
        public Tensor ger(Tensor vec2) => Call("ger", this, vec2);
        /// <summary>beta · this + alpha · mat1 · mat2.</summary>
        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => Call("addmm", this, mat1, mat2, beta, alpha);
        /// <summary>In-place form of addmm.</summary>
        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => CallInPlace("addmm_", this, mat1, mat2, beta, alpha);
        /// <summary>beta · this + alpha · mat · vec.</summary>
        public Tensor addmv(Tensor mat, Tensor vec, float beta = 1, float alpha = 1) => Call("addmv", this, mat, vec, beta, alpha);
        /// <summary>In-place form of addmv.</summary>
        public Tensor addmv_(Tensor mat, Tensor vec, float beta = 1, float alpha = 1) => CallInPlace("addmv_", this, mat, vec, beta, alpha);
        /// <summary>beta · this + alpha · vec1 ⊗ vec2.</summary>
        public Tensor addr(Tensor vec1, Tensor vec2, float beta = 1, float alpha = 1) => Call("addr", this, vec1, vec2, beta, alpha);
        /// <summary>In-place form of addr.</summary>
        public Tensor addr_(Tensor vec1, Tensor vec2, float beta = 1, float alpha = 1) => CallInPlace("addr_", this, vec1, vec2, beta, alpha);
        /// <summary>beta · this + alpha · batch1 · batch2 for stacks of matrices.</summary>
        /// <remarks>TorchSharp 0.107 takes the three tensors in another order, so code for both bindings writes <c>batch1.bmm(batch2).add_(this)</c>.</remarks>
        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) => Call("baddbmm", this, batch1, batch2, beta, alpha);
        /// <summary>beta · this + alpha · Σ batch1 · batch2 over a stack.</summary>
        public Tensor addbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) => Call("addbmm", this, batch1, batch2, beta, alpha);
        /// <summary>In-place form of addbmm.</summary>
        public Tensor addbmm_(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) => CallInPlace("addbmm_", this, batch1, batch2, beta, alpha);
        /// <summary>The Kronecker product.</summary>
        public Tensor kron(Tensor other) => Call("kron", this, other);
        /// <summary>The sum of products over chosen dimensions.</summary>
        public Tensor tensordot(Tensor b, long[] dims1, long[] dims2) => Call("tensordot", this, b, dims1, dims2);
        /// <summary>The inverse of each matrix.</summary>
        public Tensor inverse() => Call("inverse", this);
        /// <summary>The determinant of each matrix.</summary>
        public Tensor det() => Call("det", this);
        /// <summary>The logarithm of the determinant of each matrix.</summary>
        public Tensor logdet() => Call("logdet", this);
        /// <summary>The Cholesky factor of each matrix.</summary>
        public Tensor cholesky(bool upper = false) => Call("cholesky", this, upper);
        /// <summary>The power of each matrix.</summary>
        public Tensor matrix_power(int n) => Call("matrix_power", this, n);
        /// <summary>The exponential of each matrix.</summary>
        public Tensor matrix_exp() => Call("matrix_exp", this);
    }
}
