using static TorchSharp.Lite.Dispatcher;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Element by element, the absolute value.</summary>
        public Tensor abs() => Call("abs", this);
        /// <summary>In-place form of abs.</summary>
        public Tensor abs_() => CallInPlace("abs_", this);
        /// <summary>Element by element, the negative.</summary>
        public Tensor neg() => Call("neg", this);
        /// <summary>In-place form of neg.</summary>
        public Tensor neg_() => CallInPlace("neg_", this);
        /// <summary>Element by element, -1, 0 or 1 by sign.</summary>
        public Tensor sign() => Call("sign", this);
        /// <summary>In-place form of sign.</summary>
        public Tensor sign_() => CallInPlace("sign_", this);
        /// <summary>Element by element, the square root.</summary>
        public Tensor sqrt() => Call("sqrt", this);
        /// <summary>In-place form of sqrt.</summary>
        public Tensor sqrt_() => CallInPlace("sqrt_", this);
        /// <summary>Element by element, one over the square root.</summary>
        public Tensor rsqrt() => Call("rsqrt", this);
        /// <summary>In-place form of rsqrt.</summary>
        public Tensor rsqrt_() => CallInPlace("rsqrt_", this);
        /// <summary>Element by element, the square.</summary>
        public Tensor square() => Call("square", this);
        /// <summary>Element by element, one over the element.</summary>
        public Tensor reciprocal() => Call("reciprocal", this);
        /// <summary>In-place form of reciprocal.</summary>
        public Tensor reciprocal_() => CallInPlace("reciprocal_", this);
        /// <summary>Element by element, the exponential.</summary>
        public Tensor exp() => Call("exp", this);
        /// <summary>In-place form of exp.</summary>
        public Tensor exp_() => CallInPlace("exp_", this);
        /// <summary>Element by element, two to the power of the element.</summary>
        public Tensor exp2() => Call("exp2", this);
        /// <summary>In-place form of exp2.</summary>
        public Tensor exp2_() => CallInPlace("exp2_", this);
        /// <summary>Element by element, the exponential minus one.</summary>
        public Tensor expm1() => Call("expm1", this);
        /// <summary>In-place form of expm1.</summary>
        public Tensor expm1_() => CallInPlace("expm1_", this);
        /// <summary>Element by element, the natural logarithm.</summary>
        public Tensor log() => Call("log", this);
        /// <summary>In-place form of log.</summary>
        public Tensor log_() => CallInPlace("log_", this);
        /// <summary>Element by element, the natural logarithm of one plus the element.</summary>
        public Tensor log1p() => Call("log1p", this);
        /// <summary>In-place form of log1p.</summary>
        public Tensor log1p_() => CallInPlace("log1p_", this);
        /// <summary>Element by element, the logarithm to base 2.</summary>
        public Tensor log2() => Call("log2", this);
        /// <summary>In-place form of log2.</summary>
        public Tensor log2_() => CallInPlace("log2_", this);
        /// <summary>Element by element, the logarithm to base 10.</summary>
        public Tensor log10() => Call("log10", this);
        /// <summary>In-place form of log10.</summary>
        public Tensor log10_() => CallInPlace("log10_", this);
        /// <summary>Element by element, the sine.</summary>
        public Tensor sin() => Call("sin", this);
        /// <summary>In-place form of sin.</summary>
        public Tensor sin_() => CallInPlace("sin_", this);
        /// <summary>Element by element, the cosine.</summary>
        public Tensor cos() => Call("cos", this);
        /// <summary>In-place form of cos.</summary>
        public Tensor cos_() => CallInPlace("cos_", this);
        /// <summary>Element by element, the tangent.</summary>
        public Tensor tan() => Call("tan", this);
        /// <summary>In-place form of tan.</summary>
        public Tensor tan_() => CallInPlace("tan_", this);
        /// <summary>Element by element, the inverse sine.</summary>
        public Tensor asin() => Call("asin", this);
        /// <summary>In-place form of asin.</summary>
        public Tensor asin_() => CallInPlace("asin_", this);
        /// <summary>Element by element, the inverse cosine.</summary>
        public Tensor acos() => Call("acos", this);
        /// <summary>In-place form of acos.</summary>
        public Tensor acos_() => CallInPlace("acos_", this);
        /// <summary>Element by element, the inverse tangent.</summary>
        public Tensor atan() => Call("atan", this);
        /// <summary>In-place form of atan.</summary>
        public Tensor atan_() => CallInPlace("atan_", this);
        /// <summary>Element by element, the hyperbolic sine.</summary>
        public Tensor sinh() => Call("sinh", this);
        /// <summary>In-place form of sinh.</summary>
        public Tensor sinh_() => CallInPlace("sinh_", this);
        /// <summary>Element by element, the hyperbolic cosine.</summary>
        public Tensor cosh() => Call("cosh", this);
        /// <summary>In-place form of cosh.</summary>
        public Tensor cosh_() => CallInPlace("cosh_", this);
        /// <summary>Element by element, the hyperbolic tangent.</summary>
        public Tensor tanh() => Call("tanh", this);
        /// <summary>In-place form of tanh.</summary>
        public Tensor tanh_() => CallInPlace("tanh_", this);
        /// <summary>Element by element, the inverse hyperbolic sine.</summary>
        public Tensor asinh() => Call("asinh", this);
        /// <summary>In-place form of asinh.</summary>
        public Tensor asinh_() => CallInPlace("asinh_", this);
        /// <summary>Element by element, the inverse hyperbolic cosine.</summary>
        public Tensor acosh() => Call("acosh", this);
        /// <summary>In-place form of acosh.</summary>
        public Tensor acosh_() => CallInPlace("acosh_", this);
        /// <summary>Element by element, the inverse hyperbolic tangent.</summary>
        public Tensor atanh() => Call("atanh", this);
        /// <summary>In-place form of atanh.</summary>
        public Tensor atanh_() => CallInPlace("atanh_", this);
        /// <summary>Element by element, the error function.</summary>
        public Tensor erf() => Call("erf", this);
        /// <summary>In-place form of erf.</summary>
        public Tensor erf_() => CallInPlace("erf_", this);
        /// <summary>Element by element, the complementary error function.</summary>
        public Tensor erfc() => Call("erfc", this);
        /// <summary>In-place form of erfc.</summary>
        public Tensor erfc_() => CallInPlace("erfc_", this);
        /// <summary>Element by element, the inverse of the error function.</summary>
        public Tensor erfinv() => Call("erfinv", this);
        /// <summary>In-place form of erfinv.</summary>
        public Tensor erfinv_() => CallInPlace("erfinv_", this);
        /// <summary>Element by element, the logarithm of the gamma function's absolute value.</summary>
        public Tensor lgamma() => Call("lgamma", this);
        /// <summary>In-place form of lgamma.</summary>
        public Tensor lgamma_() => CallInPlace("lgamma_", this);
        /// <summary>Element by element, the derivative of lgamma.</summary>
        public Tensor digamma() => Call("digamma", this);
        /// <summary>In-place form of digamma.</summary>
        public Tensor digamma_() => CallInPlace("digamma_", this);
        /// <summary>Element by element, the smallest integer not below.</summary>
        public Tensor ceil() => Call("ceil", this);
        /// <summary>In-place form of ceil.</summary>
        public Tensor ceil_() => CallInPlace("ceil_", this);
        /// <summary>Element by element, the largest integer not above.</summary>
        public Tensor floor() => Call("floor", this);
        /// <summary>In-place form of floor.</summary>
        public Tensor floor_() => CallInPlace("floor_", this);
        /// <summary>Element by element, the integer part.</summary>
        public Tensor trunc() => Call("trunc", this);
        /// <summary>In-place form of trunc.</summary>
        public Tensor trunc_() => CallInPlace("trunc_", this);
        /// <summary>Element by element, the fractional part.</summary>
        public Tensor frac() => Call("frac", this);
        /// <summary>In-place form of frac.</summary>
        public Tensor frac_() => CallInPlace("frac_", this);
        /// <summary>Element by element, the logistic function.</summary>
        public Tensor sigmoid() => Call("sigmoid", this);
        /// <summary>In-place form of sigmoid.</summary>
        public Tensor sigmoid_() => CallInPlace("sigmoid_", this);
        /// <summary>Element by element, the positive part.</summary>
        public Tensor relu() => Call("relu", this);
        /// <summary>In-place form of relu.</summary>
        public Tensor relu_() => CallInPlace("relu_", this);
        /// <summary>Element by element, x·sigmoid(x).</summary>
        public Tensor silu() => Call("silu", this);
        /// <summary>In-place form of silu.</summary>
        public Tensor silu_() => CallInPlace("silu_", this);
        /// <summary>Element by element, whether the element is zero.</summary>
        public Tensor logical_not() => Call("logical_not", this);
        /// <summary>In-place form of logical_not.</summary>
        public Tensor logical_not_() => CallInPlace("logical_not_", this);
        /// <summary>Element by element, the complement of the bits.</summary>
        public Tensor bitwise_not() => Call("bitwise_not", this);
        /// <summary>In-place form of bitwise_not.</summary>
        public Tensor bitwise_not_() => CallInPlace("bitwise_not_", this);
        /// <summary>Element by element, whether the element is not a number.</summary>
        public Tensor isnan() => Call("isnan", this);
        /// <summary>Element by element, whether the element is neither infinite nor not a number.</summary>
        public Tensor isfinite() => Call("isfinite", this);
        /// <summary>Element by element, whether the element is infinite.</summary>
        public Tensor isinf() => Call("isinf", this);
        /// <summary>Element by element, whether the element is negative, -0 included.</summary>
        public Tensor signbit() => Call("signbit", this);
    }
}
